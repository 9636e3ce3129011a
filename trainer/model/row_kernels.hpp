// The inner loops of attention on a processor, over rows of scores. Without libtorch; compiled for
// several generations of processors, of which the newest that fits is taken at the start.
#pragma once

#include <cstdint>

#include "trainer/model/random_bits.hpp"

namespace winnow::train {

/// scores[0 … count) ← their softmax, times the mask's factors; indices of the mask begin at
/// `mask_index`. Returns log Σ e^score. NaN in, NaN out. Needs count ≥ 1.
float softmax_row(float* scores, std::int64_t count, const DropMask& mask,
                  std::uint32_t mask_index);

/// The same probabilities from scores and log_sum, and the gradient of the scores: with p the
/// softmax and f the mask's factors, scores ← p·f and slopes ← p·(slopes·f - delta).
void softmax_gradient_row(float* scores, float* slopes, std::int64_t count, float log_sum,
                          float delta, const DropMask& mask, std::uint32_t mask_index);

float dot(const float* a, const float* b, std::int64_t count);

/// to ← from, its two halves turned as pairs (x[i], x[i + size / 2]) by the angles with these sines
/// and cosines, size / 2 each; `direction` 1 or -1: back.
void rotate_row(const float* from, float* to, std::int64_t size, const float* cosines,
                const float* sines, float direction);

}  // namespace winnow::train
