// Weights to begin with where a model is trained from nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "trainer/model/weight_slots.hpp"

namespace winnow::train {

/// Fills the slots as Hugging Face's classes initialise them: weights of norms 1, other vectors 0,
/// everything else normal with this standard deviation, which for the outputs of GPT-2's branches
/// is divided by √(2·layers) (Radford et al. 2019, "Language Models are Unsupervised Multitask
/// Learners", section 2.3). Drawn on the processor from `seed` alone.
void draw_weights(const std::vector<WeightSlot>& slots, double standard_deviation,
                  std::int64_t layers, std::uint64_t seed);

}  // namespace winnow::train
