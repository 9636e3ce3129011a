#include "orchestrator/decision/prediction_pairs.hpp"

#include <fmt/format.h>

#include <fstream>
#include <map>

#include "searchers/problem/error.hpp"
#include "trainer/protocol/strict_json.hpp"

namespace winnow::run {
namespace {

struct Prediction {
  std::string label;
  bool correct = false;
  int line = 0;
};
using Predictions = std::map<std::int64_t, Prediction>;

// More would hide the first ones on a screen.
constexpr std::size_t most_faults = 20;

Prediction parse_line(const nlohmann::json& json) {
  const auto need = [&](bool good, const char* what) {
    if (!good) throw protocol::JsonFault(what);
  };
  need(json.is_object(), "expected a JSON object");
  need(json.contains("row") && json["row"].is_number_integer(), "expected an integer \"row\"");
  need(json.contains("label") && json["label"].is_string(), "expected a text \"label\"");
  need(json.contains("predicted") && json["predicted"].is_string(),
       "expected a text \"predicted\"");
  need(json.contains("correct") && json["correct"].is_boolean(), "expected a boolean \"correct\"");
  const bool agrees = (json["label"] == json["predicted"]) == json["correct"].get<bool>();
  need(agrees, "\"correct\" contradicts \"label\" and \"predicted\"");
  return {.label = json["label"].get<std::string>(), .correct = json["correct"].get<bool>()};
}

Predictions read_predictions(const std::filesystem::path& file, std::vector<Fault>& faults) {
  Predictions predictions;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) faults.push_back({file.string(), "cannot be read"});
  int number = 0;
  for (std::string line; std::getline(stream, line) && faults.size() < most_faults;) {
    const std::string place = fmt::format("{}:{}", file.string(), ++number);
    try {
      const nlohmann::json json = protocol::parse_strict_json(line);
      Prediction prediction = parse_line(json);
      prediction.line = number;
      const auto row = json["row"].get<std::int64_t>();
      const auto [place_in_map, is_new] = predictions.emplace(row, std::move(prediction));
      if (!is_new) {
        faults.push_back(
            {place, fmt::format("row {} was on line {} already", row, place_in_map->second.line)});
      }
    } catch (const protocol::JsonFault& fault) {
      faults.push_back({place, fault.what()});
    }
  }
  if (predictions.empty() && faults.empty())
    faults.push_back({file.string(), "has no predictions"});
  return predictions;
}

void check_same_rows(const Predictions& ones, const Predictions& others,
                     const std::filesystem::path& one_file, const std::filesystem::path& other_file,
                     std::vector<Fault>& faults) {
  for (const auto& [row, prediction] : ones) {
    if (faults.size() >= most_faults) return;
    const std::string place = fmt::format("{}:{}", one_file.string(), prediction.line);
    const auto other = others.find(row);
    if (other == others.end()) {
      faults.push_back({place, fmt::format("row {} is not in {}; both models need to see the same "
                                           "rows",
                                           row, other_file.string())});
    } else if (other->second.label != prediction.label) {
      faults.push_back(
          {place, fmt::format("the label of row {} differs from {}:{}; the files are not "
                              "about the same data",
                              row, other_file.string(), other->second.line)});
    }
  }
}

}  // namespace

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
