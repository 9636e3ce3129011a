// Bottleneck adapters (Houlsby et al. 2019, "Parameter-Efficient Transfer Learning for NLP",
// section 2.1): behind the last linear map of a layer's branch, a narrow map, a nonlinearity, a map
// back, and a sum with what came in.
#pragma once

#include <cstdint>

#include "trainer/model/adaptation_options.hpp"
#include "trainer/model/weight_slots.hpp"

namespace winnow::train {

/// Whether a linear map of that name ends a branch behind which the options want a bottleneck.
bool ends_branch(const std::string& name, BottleneckPlaces places);

/// For the outputs of a linear map. Weights are drawn from torch's default generator.
Bottleneck new_bottleneck(const Linear& linear, std::int64_t size);

}  // namespace winnow::train
