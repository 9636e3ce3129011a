#include "orchestrator/slots.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace winnow::run {

SlotPlan plan_slots(int max_concurrent, int gpus_per_trial, const std::vector<int>& gpus) {
  SlotPlan plan;
  int count = max_concurrent;
  if (gpus_per_trial > 0) count = std::min(count, static_cast<int>(gpus.size()) / gpus_per_trial);
  if (count < max_concurrent) {
    plan.note = fmt::format(
        "{} trials at once instead of max_concurrent {}: each needs {} GPU(s) and {} are here",
        count, max_concurrent, gpus_per_trial, gpus.size());
  }
  for (int index = 0; index < count; ++index) {
    Slot slot{index, {}};
    const auto first = gpus.begin() + std::ptrdiff_t{index} * gpus_per_trial;
    slot.gpus.assign(first, first + gpus_per_trial);
    plan.slots.push_back(std::move(slot));
  }
  return plan;
}

}  // namespace winnow::run
