// What a run reads before it begins, looked at without training or loading a weight: the model's
// config.json, tokenizer and headers of weights against each other, an adapter, every row. A study
// asks before it makes anything, so that its trials need not find out.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "trainer/config.hpp"
#include "trainer/errors.hpp"
#include "trainer/model/fitting_tokenizer.hpp"
#include "trainer/model/model_folder.hpp"
#include "trainer/model/weight_slots.hpp"

namespace winnow::train {

/// `setting` names what is wrong; the fault's place is the same, or a file, "file:line", or a place
/// inside a file.
struct InputFault {
  std::string setting;
  Fault fault;
};

class InputCheck final {
 public:
  /// Adds what is wrong with one object of settings, as `train` takes it. What several of them name
  /// alike is looked at once. Never throws ConfigError or FileError.
  void look_at(const nlohmann::json& settings);

  /// In the order in which they were found, each once.
  const std::vector<InputFault>& faults() const { return faults_; }

 private:
  void look_at_model(const TrainConfig& config);
  void look_at_encoder(const TrainConfig& config, const ModelFolder& model);
  void look_at_decoder(const TrainConfig& config, const ModelFolder& model);
  void look_at_tokenizer(const TrainConfig& config, const ModelFolder& model,
                         const TokenLimits& limits);
  void look_at_targets(const TrainConfig& config, const std::vector<LinearSlot>& linears);
  /// Nothing: some could not be read or divided.
  std::optional<DividedRows> look_at_rows(const TrainConfig& config);
  void look_at_labels(const TrainConfig& config, const DividedRows& rows);
  /// Runs `look`; what it throws is the fault of `setting`, unless it names a setting itself.
  /// False: it threw.
  bool attempt(const std::string& setting, const std::function<void()>& look);
  void add(InputFault fault);

  std::vector<InputFault> faults_;
  std::set<std::string> seen_;  // settings that were looked at, and faults, as text
};

}  // namespace winnow::train
