// Writes what a model said about each row, for tests between models that see the same rows.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "trainer/errors.hpp"
#include "trainer/metrics/metric.hpp"
#include "trainer/weights/durable_file.hpp"

namespace winnow::train {

/// Refuses a place for predictions that cannot be written to, before the model has computed them.
inline void require_folder_of(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  std::error_code failure;
  if (std::filesystem::is_directory(folder, failure)) return;
  throw ConfigError("--predictions", "the folder of " + path.string() + " is not there");
}

/// One line a row, in the order of the data:
/// {"correct":true,"label":"pos","predicted":"pos","probabilities":{"neg":0.2,"pos":0.8},"row":0}
/// Without "probabilities" where the pass has none.
inline void write_predictions(const std::filesystem::path& path, const EvaluationPass& pass,
                              const std::vector<std::string>& labels) {
  std::string lines;
  for (std::size_t row = 0; row < pass.labels.size(); ++row) {
    nlohmann::json line = {{"row", row},
                           {"label", labels[static_cast<std::size_t>(pass.labels[row])]},
                           {"predicted", labels[static_cast<std::size_t>(pass.predicted[row])]},
                           {"correct", pass.labels[row] == pass.predicted[row]}};
    for (std::size_t k = 0; k < labels.size() && !pass.probabilities.empty(); ++k) {
      line["probabilities"][labels[k]] = pass.probabilities[row * labels.size() + k];
    }
    lines += line.dump() + "\n";
  }
  write_durably(path, lines);
}

}  // namespace winnow::train
