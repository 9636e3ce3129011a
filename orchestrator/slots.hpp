// Where trials run: a slot is the right to run one trial, with the devices that go with it. One
// worker coroutine owns one slot for the life of the study.
#pragma once

#include <string>
#include <vector>

namespace winnow::run {

struct Slot {
  int index = 0;
  std::vector<int> gpus;  // device indices; empty: the trial's devices are not our business
  bool operator==(const Slot&) const = default;
};

struct SlotPlan {
  std::vector<Slot> slots;
  std::string note;  // what is less than was asked for, and why; empty when nothing is
};

/// Slots for `max_concurrent` trials of `gpus_per_trial` devices each, out of `gpus`. Fewer slots
/// when the devices do not suffice, which is said in `note`; none when not one trial fits.
SlotPlan plan_slots(int max_concurrent, int gpus_per_trial, const std::vector<int>& gpus);

}  // namespace winnow::run
