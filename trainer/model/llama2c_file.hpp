// Models in the format of the llama2.c project, version 0: seven 32-bit integers (hidden size,
// inner size, layers, heads, key and value heads, vocabulary, context; a negative vocabulary: the
// head is no copy of the embeddings), then fp32 numbers by kind over all layers, tables of
// rotations at the end. Rotary positions turn neighbouring pairs there and halves here: query and
// key rows are reordered.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "trainer/model/tensors.hpp"

namespace winnow::train {

struct Llama2cModel {
  nlohmann::json config;  // of Hugging Face's LlamaForCausalLM
  NamedTensors tensors;   // under its names
  std::size_t bytes = 0;  // of the file; a tokenizer's table may follow
};

/// Reads a file; what follows the model in it is left alone. Throws ConfigError for sizes that make
/// no model and for a file that is too short, before anything of that size is allocated.
Llama2cModel read_llama2c(const std::filesystem::path& path);

}  // namespace winnow::train
