// Everything about a training run that is not a tensor, as it stands after some step: what a
// checkpoint's state.json holds. Numbers survive the way through JSON to the bit.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "trainer/loop/early_stopping.hpp"
#include "trainer/optim/gradient_health.hpp"
#include "trainer/optim/plateau.hpp"

namespace winnow::train {

struct RunState {
  std::int64_t step = 0;        // updates done; position in the data and in all random streams
  double train_loss_sum = 0.0;  // over the steps since the last evaluation
  std::int64_t train_loss_steps = 0;
  NormRecord gradient_norms;  // likewise
  EvaluationHistory history;
  Plateau plateau;  // as it began unless the schedule is one

  nlohmann::json settings;          // of the run, defaults filled in
  std::vector<std::string> labels;  // by class number
  std::string model_path;           // the pretrained model this began with …
  std::string model_hash;           // … and its content_hash()
  bool operator==(const RunState&) const = default;
};

nlohmann::json to_json(const RunState& state);

/// Throws ConfigError; `source` names the file.
RunState parse_run_state(const std::string& text, const std::string& source);

/// Why a run with the settings, labels and model of `now` cannot go on from `saved`, one sentence
/// each: what would make its tensors or its step number meaningless. Other settings may differ.
std::vector<std::string> obstacles_to_resume(const RunState& saved, const RunState& now);

}  // namespace winnow::train
