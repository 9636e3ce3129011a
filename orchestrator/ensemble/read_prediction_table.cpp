#include "orchestrator/ensemble/read_prediction_table.hpp"

#include <algorithm>
#include <set>

#include "orchestrator/decision/prediction_file.hpp"

namespace winnow::run {
namespace {

using Eigen::Index;

std::vector<std::string> classes_of(const std::vector<Predictions>& members) {
  std::set<std::string> classes;
  for (const Predictions& predictions : members) {
    for (const auto& [row, prediction] : predictions) {
      classes.insert({prediction.label, prediction.predicted});
      for (const auto& [label, probability] : prediction.probabilities) classes.insert(label);
    }
  }
  return {classes.begin(), classes.end()};
}

std::size_t place_of(const std::vector<std::string>& classes, const std::string& label) {
  return static_cast<std::size_t>(std::ranges::lower_bound(classes, label) - classes.begin());
}

Eigen::MatrixXd probabilities_of(const Predictions& predictions,
                                 const std::vector<std::string>& classes) {
  Eigen::MatrixXd table = Eigen::MatrixXd::Zero(std::ssize(predictions), std::ssize(classes));
  Index i = 0;
  for (const auto& [row, prediction] : predictions) {
    if (prediction.probabilities.empty()) {
      table(i, static_cast<Index>(place_of(classes, prediction.predicted))) = 1;
    }
    for (const auto& [label, probability] : prediction.probabilities) {
      table(i, static_cast<Index>(place_of(classes, label))) = probability;
    }
    table.row(i) /= table.row(i).sum();  // what rounding left of 1
    ++i;
  }
  return table;
}

}  // namespace

search::PredictionTable read_prediction_table(const std::vector<std::filesystem::path>& files) {
  std::vector<Fault> faults;
  std::vector<Predictions> members;
  for (const std::filesystem::path& file : files) {
    members.push_back(read_predictions(file, faults));
  }
  for (std::size_t i = 1; i < members.size() && faults.empty(); ++i) {
    check_same_rows(members[0], members[i], files[0], files[i], faults);
    if (faults.empty()) check_same_rows(members[i], members[0], files[i], files[0], faults);
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  search::PredictionTable table;
  table.classes = classes_of(members);
  for (const auto& [row, prediction] : members.at(0)) {
    table.rows.push_back(row);
    table.labels.push_back(place_of(table.classes, prediction.label));
  }
  for (const Predictions& predictions : members) {
    table.members.push_back(probabilities_of(predictions, table.classes));
  }
  return table;
}

}  // namespace winnow::run
