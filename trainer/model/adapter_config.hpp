// adapter_config.json of a PEFT folder: what its low-rank additions are and which model they belong
// to. Needs no libtorch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "trainer/model/adaptation_options.hpp"

namespace winnow::train {

struct AdapterConfig {
  LoraOptions lora;  // targets spelt out
  /// Number of layers from the top that have additions; nothing: all.
  std::optional<std::int64_t> trainable_layers;
  std::filesystem::path base;                // base_model_name_or_path
  std::string task_type;                     // "SEQ_CLS", "CAUSAL_LM"
  std::vector<std::string> modules_to_save;  // trained whole: heads
  bool fan_in_fan_out = false;               // the family stores weights as (in, out)
};

/// Whether a folder holds an adapter instead of a whole model.
bool is_adapter_folder(const std::filesystem::path& folder);

/// Throws ConfigError with every fault at once: a file that is missing or malformed, and kinds of
/// adapters that this trainer does not compute.
AdapterConfig read_adapter_config(const std::filesystem::path& folder);

/// The text of the file. `layers` is the number of the model's layers.
std::string adapter_config_text(const AdapterConfig& config, std::int64_t layers);

}  // namespace winnow::train
