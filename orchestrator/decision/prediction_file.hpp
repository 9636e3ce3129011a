// A model's predictions on labelled rows, as a file with a JSON object a line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "searchers/problem/error.hpp"

namespace winnow::run {

struct Prediction {
  std::string label, predicted;
  bool correct = false;
  std::map<std::string, double> probabilities = {};  // by label; empty: not written
  int line = 0;
};
using Predictions = std::map<std::int64_t, Prediction>;  // by row

/// Faults beyond these would hide the first ones on a screen.
inline constexpr std::size_t most_prediction_faults = 20;

/// Reads lines {"row":0,"label":"pos","predicted":"neg","correct":false}, to which
/// "probabilities":{"neg":0.7,"pos":0.3} may be added. Faults: a file that cannot be read or is
/// empty, a line that is no such object, a row twice, probabilities that do not add up to 1.
Predictions read_predictions(const std::filesystem::path& file, std::vector<Fault>& faults);

/// Faults: rows that only `ones` have, labels that differ.
void check_same_rows(const Predictions& ones, const Predictions& others,
                     const std::filesystem::path& one_file, const std::filesystem::path& other_file,
                     std::vector<Fault>& faults);

}  // namespace winnow::run
