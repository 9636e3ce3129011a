// The tokenizer of a model's folder, checked against what the model can take in.
#pragma once

#include <cstddef>
#include <cstdint>

#include "trainer/model/model_folder.hpp"
#include "trainer/text/tokenizer.hpp"

namespace winnow::train {

struct TokenLimits {
  std::int64_t vocabulary_size = 0;  // rows of the table of embeddings
  std::int64_t max_positions = 0;    // tokens of the longest row
};

/// Throws ConfigError with every fault at once: the file's own, ids that the model has no embedding
/// for, and a `max_length` that leaves no room for text or is longer than the model's rows.
Tokenizer load_fitting_tokenizer(const ModelFolder& model, const TokenLimits& limits,
                                 std::size_t max_length);

}  // namespace winnow::train
