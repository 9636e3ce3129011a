// Where trials run: a slot is the right to run one trial, with the devices that go with it. One
// worker coroutine owns one slot for the life of the study.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace winnow::run {

struct Slot {
  int index = 0;
  std::vector<int> gpus;       // device indices; empty: the trial's devices are not our business
  std::vector<int> cpus = {};  // processors it has to itself; empty: all
  bool operator==(const Slot&) const = default;
};

/// What one trial needs. Fewer than one device is a share: several trials have the same one.
struct TrialNeeds {
  double gpus = 0;
  std::optional<int> cpus = {};
  std::optional<std::int64_t> memory_bytes = {};
};

/// What there is for all trials together.
struct MachineOffer {
  std::vector<int> gpus = {};
  std::vector<int> cpus = {};  // numbers of the processors we may run on
  std::int64_t memory_bytes = 0;
};

struct SlotPlan {
  std::vector<Slot> slots;
  std::string note;  // what is less than was asked for, and why; empty when nothing is
};

/// Slots for `max_concurrent` trials, out of what the machine has. Fewer where it does not suffice,
/// which is said in `note`; none when not one trial fits. Shares of devices are given out in turn,
/// so that none is shared before all are used.
SlotPlan plan_slots(int max_concurrent, const TrialNeeds& needs, const MachineOffer& offer);

}  // namespace winnow::run
