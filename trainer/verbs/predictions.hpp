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

/// The names of a row's classes.
inline nlohmann::json members_of(const std::vector<std::uint8_t>& members, std::size_t row,
                                 const std::vector<std::string>& labels) {
  nlohmann::json names = nlohmann::json::array();
  for (std::size_t k = 0; k < labels.size(); ++k) {
    if (members[row * labels.size() + k] != 0) names.push_back(labels[k]);
  }
  return names;
}

/// One line a row, in the order of the data:
/// {"correct":true,"label":"pos","predicted":"pos","probabilities":{"neg":0.2,"pos":0.8},"row":0}
/// Without "probabilities" where the pass has none; of rows with any number of labels "labels" and
/// "predicted" are lists.
inline void write_predictions(const std::filesystem::path& path, const EvaluationPass& pass,
                              const std::vector<std::string>& labels) {
  std::string lines;
  for (std::size_t row = 0; row < pass.rows; ++row) {
    nlohmann::json line = {{"row", row}};
    if (pass.members.empty()) {
      line["label"] = labels[static_cast<std::size_t>(pass.labels[row])];
      line["predicted"] = labels[static_cast<std::size_t>(pass.predicted[row])];
      line["correct"] = pass.labels[row] == pass.predicted[row];
    } else {
      line["labels"] = members_of(pass.members, row, labels);
      line["predicted"] = members_of(pass.predicted_members, row, labels);
      line["correct"] = line["labels"] == line["predicted"];
    }
    for (std::size_t k = 0; k < labels.size() && !pass.probabilities.empty(); ++k) {
      line["probabilities"][labels[k]] = pass.probabilities[row * labels.size() + k];
    }
    lines += line.dump() + "\n";
  }
  write_durably(path, lines);
}

/// The same of rows that a language model continued: {"generated":"…","reference":"…","row":0}.
/// Bytes that are no text become U+FFFD.
inline void write_texts(const std::filesystem::path& path, const EvaluationPass& pass) {
  std::string lines;
  for (std::size_t row = 0; row < pass.references.size(); ++row) {
    const nlohmann::json line = {
        {"row", row}, {"reference", pass.references[row]}, {"generated", pass.generated[row]}};
    lines += line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  }
  write_durably(path, lines);
}

}  // namespace winnow::train
