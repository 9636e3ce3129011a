#include "orchestrator/slots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace winnow::run {
namespace {

/// How many trials a resource suffices for, and what to say when that is too few.
struct Room {
  std::int64_t trials;
  std::string sentence;
};

/// Trials on one device; 0.33 is meant to be a third of it.
std::int64_t sharers(double share) {
  constexpr double rounding = 0.01;
  return static_cast<std::int64_t>(std::floor(1 / share + rounding));
}

std::vector<Room> rooms(const TrialNeeds& needs, const MachineOffer& offer) {
  std::vector<Room> rooms;
  if (needs.gpus > 0) {
    const std::int64_t devices = std::ssize(offer.gpus);
    const std::int64_t trials = needs.gpus < 1 ? devices * sharers(needs.gpus)
                                               : devices / static_cast<std::int64_t>(needs.gpus);
    rooms.push_back(
        {trials, fmt::format("each needs {} GPU(s) and {} are here", needs.gpus, devices)});
  }
  if (needs.cpus) {
    rooms.push_back({std::ssize(offer.cpus) / *needs.cpus,
                     fmt::format("each needs {} processor(s) and {} are here", *needs.cpus,
                                 offer.cpus.size())});
  }
  if (needs.memory_bytes) {
    constexpr double gib = 0x1p30;
    rooms.push_back({offer.memory_bytes / *needs.memory_bytes,
                     fmt::format("each may take {:.3g} GiB of memory and {:.3g} are here",
                                 static_cast<double>(*needs.memory_bytes) / gib,
                                 static_cast<double>(offer.memory_bytes) / gib)});
  }
  return rooms;
}

/// The slot's part of a list that is given out in pieces of `count`.
std::vector<int> part(const std::vector<int>& all, int index, int count) {
  const auto first = all.begin() + std::ptrdiff_t{index} * count;
  return {first, first + count};
}

}  // namespace

SlotPlan plan_slots(int max_concurrent, const TrialNeeds& needs, const MachineOffer& offer) {
  SlotPlan plan;
  std::int64_t count = max_concurrent;
  for (const Room& room : rooms(needs, offer)) {
    if (room.trials >= count) continue;
    count = room.trials;
    plan.note = fmt::format("{} trials at once instead of max_concurrent {}: {}", count,
                            max_concurrent, room.sentence);
  }
  for (int index = 0; index < count; ++index) {
    Slot slot{index, {}};
    if (needs.gpus > 0 && needs.gpus < 1) {
      slot.gpus = {offer.gpus[static_cast<std::size_t>(index) % offer.gpus.size()]};
    } else {
      slot.gpus = part(offer.gpus, index, static_cast<int>(needs.gpus));
    }
    if (needs.cpus) slot.cpus = part(offer.cpus, index, *needs.cpus);
    plan.slots.push_back(std::move(slot));
  }
  return plan;
}

}  // namespace winnow::run
