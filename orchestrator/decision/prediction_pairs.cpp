#include "orchestrator/decision/prediction_pairs.hpp"

#include "orchestrator/decision/prediction_file.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
PredictionComparison compare_predictions(const std::filesystem::path& first,
                                         const std::filesystem::path& second) {
  std::vector<Fault> faults;
  const Predictions ones = read_predictions(first, faults);
  const Predictions others = read_predictions(second, faults);
  if (faults.empty()) {
    check_same_rows(ones, others, first, second, faults);
    if (faults.empty()) check_same_rows(others, ones, second, first, faults);
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  PredictionComparison comparison;
  for (const auto& [row, one] : ones) {
    const bool other_correct = others.at(row).correct;
    comparison.rows += 1;
    comparison.first_correct += one.correct;
    comparison.second_correct += other_correct;
    comparison.discordant.only_first += one.correct && !other_correct;
    comparison.discordant.only_second += other_correct && !one.correct;
  }
  comparison.test = stats::mcnemar(comparison.discordant);
  return comparison;
}

nlohmann::ordered_json as_json(const PredictionComparison& comparison) {
  const auto share = [&](std::int64_t correct) {
    return static_cast<double>(correct) / static_cast<double>(comparison.rows);
  };
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  json["version"] = 1;
  json["rows"] = comparison.rows;
  json["accuracy_a"] = share(comparison.first_correct);
  json["accuracy_b"] = share(comparison.second_correct);
  json["only_a_correct"] = comparison.discordant.only_first;
  json["only_b_correct"] = comparison.discordant.only_second;
  json["mcnemar_exact_p"] = comparison.test.exact_p;
  json["mcnemar_mid_p"] = comparison.test.mid_p;
  return json;
}

}  // namespace winnow::run
