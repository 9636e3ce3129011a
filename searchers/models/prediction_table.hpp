// What several models say of the same labelled rows: all that an ensemble is made from.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <string>
#include <vector>

namespace winnow::search {

/// n rows, K classes.
struct PredictionTable {
  std::vector<std::string> classes;      // ascending
  std::vector<std::int64_t> rows;        // ascending
  std::vector<std::size_t> labels;       // a class for each row
  std::vector<Eigen::MatrixXd> members;  // n × K each: probabilities
};

/// The most probable class of each row, the first of equals.
std::vector<std::size_t> predicted_classes(const Eigen::MatrixXd& probabilities);

double accuracy(const PredictionTable& table, const Eigen::MatrixXd& probabilities);

/// Squared distance between the probabilities and the truth, in the mean over rows: 0 is perfect, 2
/// the worst. Brier (1950), "Verification of forecasts expressed in terms of probability". Proper,
/// and finite where a model is sure and wrong.
double brier_score(const PredictionTable& table, const Eigen::MatrixXd& probabilities);

/// Some of the rows, in the order given.
PredictionTable rows_of(const PredictionTable& table, const std::vector<std::size_t>& indices);

/// How often two members predict different classes, in the mean over pairs of members: without
/// disagreement an ensemble is no more than one of them. 0 for a single member.
double disagreement(const PredictionTable& table);

}  // namespace winnow::search
