// adapter_model.safetensors of a folder in PEFT's layout: what was learned beside a model and heads
// that were trained whole, under the names that PEFT gives them.
#pragma once

#include <filesystem>

#include "trainer/model/adaptation.hpp"

namespace winnow::train {

/// Writes everything that was trained. Throws FileError.
void write_adapter_tensors(const std::filesystem::path& folder, AdaptationKind kind,
                           const TrainedTensors& trained);

/// Copies the file's values into the trained tensors. Throws ConfigError unless names and shapes
/// are the same.
void read_adapter_tensors(const std::filesystem::path& folder, AdaptationKind kind,
                          const TrainedTensors& trained);

/// Throws ConfigError when the file is missing or is no safetensors file. Reads its header only.
void check_adapter_file(const std::filesystem::path& folder);

}  // namespace winnow::train
