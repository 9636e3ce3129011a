#include "orchestrator/decision/prediction_file.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>

#include "trainer/protocol/strict_json.hpp"

namespace winnow::run {
namespace {

/// Sums of single-precision numbers written in few digits.
constexpr double probability_rounding = 1e-3;

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
  Prediction prediction{json["label"].get<std::string>(), json["predicted"].get<std::string>(),
                        json["correct"].get<bool>()};
  if (!json.contains("probabilities")) return prediction;
  need(json["probabilities"].is_object(), "expected an object \"probabilities\"");
  double sum = 0;
  for (const auto& [label, probability] : json["probabilities"].items()) {
    need(probability.is_number() && probability >= 0, "expected probabilities from 0 to 1");
    sum += prediction.probabilities[label] = probability.get<double>();
  }
  need(std::abs(sum - 1) < probability_rounding, "expected probabilities that add up to 1");
  return prediction;
}

}  // namespace

Predictions read_predictions(const std::filesystem::path& file, std::vector<Fault>& faults) {
  Predictions predictions;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) faults.push_back({file.string(), "cannot be read"});
  int number = 0;
  for (std::string line; std::getline(stream, line) && faults.size() < most_prediction_faults;) {
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
    if (faults.size() >= most_prediction_faults) return;
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

}  // namespace winnow::run
