#include "searchers/models/prediction_table.hpp"

namespace winnow::search {
using Eigen::Index;

std::vector<std::size_t> predicted_classes(const Eigen::MatrixXd& probabilities) {
  std::vector<std::size_t> classes;
  for (Index i = 0; i < probabilities.rows(); ++i) {
    Index best = 0;
    probabilities.row(i).maxCoeff(&best);
    classes.push_back(static_cast<std::size_t>(best));
  }
  return classes;
}

double accuracy(const PredictionTable& table, const Eigen::MatrixXd& probabilities) {
  const std::vector<std::size_t> predicted = predicted_classes(probabilities);
  double right = 0;
  for (std::size_t i = 0; i < predicted.size(); ++i) right += predicted[i] == table.labels[i];
  return right / static_cast<double>(predicted.size());
}

double brier_score(const PredictionTable& table, const Eigen::MatrixXd& probabilities) {
  Eigen::MatrixXd away = probabilities;
  for (std::size_t i = 0; i < table.labels.size(); ++i) {
    away(static_cast<Index>(i), static_cast<Index>(table.labels[i])) -= 1;
  }
  return away.squaredNorm() / static_cast<double>(table.labels.size());
}

PredictionTable rows_of(const PredictionTable& table, const std::vector<std::size_t>& indices) {
  PredictionTable some;
  some.classes = table.classes;
  for (const std::size_t i : indices) {
    some.rows.push_back(table.rows[i]);
    some.labels.push_back(table.labels[i]);
  }
  for (const Eigen::MatrixXd& member : table.members) {
    Eigen::MatrixXd& part = some.members.emplace_back(std::ssize(indices), member.cols());
    for (std::size_t i = 0; i < indices.size(); ++i) {
      part.row(static_cast<Index>(i)) = member.row(static_cast<Index>(indices[i]));
    }
  }
  return some;
}

double disagreement(const PredictionTable& table) {
  std::vector<std::vector<std::size_t>> predicted;
  for (const Eigen::MatrixXd& member : table.members) {
    predicted.push_back(predicted_classes(member));
  }
  double differing = 0, compared = 0;
  for (std::size_t a = 0; a < predicted.size(); ++a) {
    for (std::size_t b = a + 1; b < predicted.size(); ++b) {
      for (std::size_t i = 0; i < table.rows.size(); ++i) {
        differing += predicted[a][i] != predicted[b][i];
        compared += 1;
      }
    }
  }
  return compared == 0 ? 0 : differing / compared;
}

}  // namespace winnow::search
