#include "orchestrator/slots.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace winnow::run {

SlotPlan plan_slots(int max_concurrent, int gpus_per_trial, int gpu_count) {
  SlotPlan plan;
  int count = max_concurrent;
  if (gpus_per_trial > 0) count = std::min(count, gpu_count / gpus_per_trial);
  if (count < max_concurrent) {
    plan.note = fmt::format(
        "{} trials at once instead of max_concurrent {}: each needs {} GPU(s) and {} are here",
        count, max_concurrent, gpus_per_trial, gpu_count);
  }
  for (int index = 0; index < count; ++index) {
    Slot slot{index, {}};
    for (int k = 0; k < gpus_per_trial; ++k) slot.gpus.push_back(index * gpus_per_trial + k);
    plan.slots.push_back(std::move(slot));
  }
  return plan;
}

}  // namespace winnow::run
