// adapter_config.json of a folder in PEFT's layout: what was learned beside a model, and which
// model it belongs to. Low-rank additions, prefixes and prompts are as PEFT has them; bottlenecks,
// which it has not, are described under a peft_type of their own. Needs no libtorch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "trainer/model/adaptation_options.hpp"

namespace winnow::train {

struct AdapterConfig {
  /// Targets of low-rank additions spelt out; trainable_layers: the number of layers from the top
  /// that have additions, nothing: all.
  Adaptation adaptation;
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

/// Of the model that is adapted, as PEFT writes it down.
struct AdaptedShape {
  std::int64_t layers = 0;
  std::int64_t heads = 0;  // of keys and values
  std::int64_t token_size =
      0;  // numbers of a virtual token: an embedding, or its keys in one layer
};

/// The text of the file.
std::string adapter_config_text(const AdapterConfig& config, const AdaptedShape& shape);

}  // namespace winnow::train
