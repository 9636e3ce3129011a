// Seeds for each use of randomness, derived from the trial's seed. Every training step reseeds the
// generator with its own value, so that no generator state is part of a checkpoint and a resumed
// run draws what an uninterrupted one would have drawn.
#pragma once

#include <cstdint>

namespace winnow::train {

enum class RandomPurpose : std::uint64_t { head = 1, dropout = 2, addition = 3, weights = 8 };

/// A value that depends on all three and on nothing else: the finalizer of SplitMix64 (Steele, Lea,
/// Flood 2014, "Fast splittable pseudorandom number generators") applied after adding each of them.
inline std::uint64_t mixed_seed(std::uint64_t seed, RandomPurpose purpose, std::uint64_t step) {
  std::uint64_t mixed = 0;
  for (const std::uint64_t word : {seed, static_cast<std::uint64_t>(purpose), step}) {
    mixed += word + 0x9e3779b97f4a7c15;  // the golden ratio's odd increment, as published
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    mixed ^= mixed >> 31;
  }
  return mixed;
}

}  // namespace winnow::train
