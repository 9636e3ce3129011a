#include "trainer/model/random_weights.hpp"

#include <ATen/ATen.h>

#include <cmath>

#include "trainer/random_streams.hpp"

namespace winnow::train {

void draw_weights(const std::vector<WeightSlot>& slots, double standard_deviation,
                  std::int64_t layers, std::uint64_t seed) {
  at::manual_seed(mixed_seed(seed, RandomPurpose::weights, 0));
  for (const WeightSlot& slot : slots) {
    if (slot.shape.size() == 1) {
      const bool norm = slot.name.ends_with(".weight");
      *slot.tensor = norm ? at::ones(slot.shape, at::kFloat) : at::zeros(slot.shape, at::kFloat);
      continue;
    }
    const bool ends_branch = slot.name.ends_with(".c_proj.weight");
    const double shrink = ends_branch ? std::sqrt(2.0 * static_cast<double>(layers)) : 1.0;
    *slot.tensor = at::empty(slot.shape, at::kFloat).normal_(0.0, standard_deviation / shrink);
  }
}

}  // namespace winnow::train
