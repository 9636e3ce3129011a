// Weighted means of the members' probabilities: how the weights are found.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "searchers/models/prediction_table.hpp"

namespace winnow::search {

/// One a member, at least 0; they add up to 1.
using Weights = std::vector<double>;

Weights equal_weights(const PredictionTable& table);

/// By what each member explains alone: 1 − its Brier score / that of the classes' shares, none for
/// a member that is no better than those. Equal where none is.
Weights skill_weights(const PredictionTable& table);

/// Members are added one after another, again and again, each time the one that leaves the least
/// Brier score; a weight is how often its member was taken. Caruana, Niculescu-Mizil, Crew, Ksikes
/// (2004), "Ensemble selection from libraries of models": with replacement, begun with the best
/// members; from twenty members on averaged over random halves of them, which keeps it from fitting
/// the rows.
Weights greedy_weights(const PredictionTable& table);

/// n × K
Eigen::MatrixXd weighted(const Weights& weights, const PredictionTable& table);

}  // namespace winnow::search
