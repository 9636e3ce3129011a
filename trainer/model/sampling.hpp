// Chooses the next token of a text from the logits.
#pragma once

#include <cstdint>
#include <random>
#include <span>

namespace winnow::train {

struct SamplingOptions {
  double temperature = 0.0;  // 0: always the likeliest token, the first of equals
  double top_p = 1.0;        // only the fewest likeliest tokens that together reach this share
};

/// Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration", section 3.1, after
/// dividing the logits by the temperature. Needs at least one logit.
std::int32_t sample(std::span<const float> logits, const SamplingOptions& options,
                    std::mt19937_64& random);

}  // namespace winnow::train
