// Random bits as a function of a key and an index, for masks that are drawn by many threads at once
// and drawn again instead of being kept.
#pragma once

#include <cstdint>

namespace winnow::train {

/// The finalizer "lowbias32" (Wellons 2018, "Prospecting for Hash Functions"), which turns every
/// bit of the input into every bit of the output with nearly even odds.
inline std::uint32_t mixed_bits(std::uint32_t x) {
  x = (x ^ (x >> 16)) * 0x7feb352du;
  x = (x ^ (x >> 15)) * 0x846ca68bu;
  return x ^ (x >> 16);
}

/// Once with each half of the key between, so that no two keys give a permutation of one sequence.
inline std::uint32_t random_bits(std::uint64_t key, std::uint32_t index) {
  const std::uint32_t first = mixed_bits(index ^ static_cast<std::uint32_t>(key));
  return mixed_bits(first + static_cast<std::uint32_t>(key >> 32));
}

/// Which elements are dropped: those whose bits are below the share.
struct DropMask {
  std::uint64_t key = 0;
  std::uint32_t threshold = 0;  // share · 2^32; 0: none
  float kept = 1.0f;            // what kept elements are multiplied by: 1 / (1 - share)

  DropMask() = default;
  DropMask(std::uint64_t the_key, double share)
      : key(the_key),
        threshold(static_cast<std::uint32_t>(share * 0x1p32)),
        kept(static_cast<float>(1.0 / (1.0 - share))) {}

  float factor(std::uint32_t index) const {
    return random_bits(key, index) < threshold ? 0.0f : kept;
  }
};

}  // namespace winnow::train
