// A logistic model on what the members say: it can trust a member for one class and another for
// the next, and undo that one is too sure.
#pragma once

#include <Eigen/Core>
#include <cstddef>

#include "searchers/models/prediction_table.hpp"

namespace winnow::search {

/// Multinomial, penalised, the first class as reference. Inputs: of each member the probabilities
/// of all classes but the first. Wolpert (1992), "Stacked generalization"; probabilities as inputs:
/// Ting, Witten (1999), "Issues in stacked generalization", 3.1.
struct StackingModel {
  Eigen::MatrixXd coefficients;  // (1 + members · (K − 1)) × (K − 1), intercepts first
  double penalty = 0;            // of the squares of all but the intercepts, for each row
};

/// (1 + members · (K − 1)) · (K − 1)
std::size_t stacking_coefficients(const PredictionTable& table);

/// To choose a penalty and fit under it, 497 coefficients and 1,000 rows take 6 s of a core, and
/// time grows between the square and the cube of them: these take less than a minute, 15,000 (ten
/// members of forty classes) would take hours, and two gigabytes for a step.
inline constexpr std::size_t most_stacking_coefficients = 1000;

/// Minimises mean log loss + penalty / 2 · squares, by Newton's method, which such a sum converges
/// under from anywhere with step halving. Needs two classes, a penalty above 0.
StackingModel fit_stacking(const PredictionTable& table, double penalty);

/// The penalty of a few (a factor of ten apart) with the least log loss in five-fold
/// cross-validation.
double choose_penalty(const PredictionTable& table);

/// n × K
Eigen::MatrixXd stacked(const StackingModel& model, const PredictionTable& table);

}  // namespace winnow::search
