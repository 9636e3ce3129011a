// Text that a language model writes after a prompt.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "trainer/model/causal_model.hpp"
#include "trainer/model/sampling.hpp"

namespace winnow::train {

struct GenerationOptions {
  SamplingOptions sampling;
  std::int64_t new_tokens = 64;          // at most
  std::uint64_t seed = 0;                // of sampling
  std::optional<std::int32_t> end = {};  // a token that ends texts beside those of the model
};

/// The tokens after a prompt, up to one that ends texts (left out) or as far as the model's
/// positions go. Needs at least one token to begin with.
std::vector<std::int32_t> continuation(const CausalModel& model, std::vector<std::int32_t> prompt,
                                       const GenerationOptions& options);

}  // namespace winnow::train
