// What a way of combining models says of rows that it was not fitted to.
#pragma once

#include <Eigen/Core>
#include <functional>

#include "searchers/models/prediction_table.hpp"

namespace winnow::search {

/// Probabilities for the rows of a table with the same members.
using Combination = std::function<Eigen::MatrixXd(const PredictionTable&)>;
using Combiner = std::function<Combination(const PredictionTable&)>;

/// Five parts of the rows, the classes spread evenly over them; each is predicted by what was
/// fitted to the other four. Stone (1974), "Cross-validatory choice and assessment of statistical
/// predictions". Needs ten rows or more.
Eigen::MatrixXd cross_validated(const PredictionTable& table, const Combiner& fit);

inline constexpr std::size_t fewest_rows_to_combine = 10;

}  // namespace winnow::search
