// Two models' predictions on the same rows, as files with a line per row, and whether they differ.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "searchers/stats/paired_proportions.hpp"

namespace winnow::run {

struct PredictionComparison {
  std::int64_t rows = 0;
  std::int64_t first_correct = 0, second_correct = 0;
  stats::Discordant discordant;
  stats::McNemar test;
};

/// Reads lines {"row":0,"label":"pos","predicted":"neg","correct":false}. Throws ConfigError with
/// every fault's file and line: not such a line, a row twice, rows or labels that only one file
/// has.
PredictionComparison compare_predictions(const std::filesystem::path& first,
                                         const std::filesystem::path& second);

nlohmann::ordered_json as_json(const PredictionComparison& comparison);

}  // namespace winnow::run
