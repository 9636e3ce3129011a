// A random order of 0 … size − 1 that is computed place by place and never written out: a sweep in
// random order over 10^7 points costs no memory and needs no state.
#pragma once

#include <array>
#include <cstdint>

#include "searchers/numerics/rng.hpp"

namespace winnow::search {

/// A permutation keyed by `seed`, `number` and `purpose`. A balanced Feistel network (Luby, Rackoff
/// 1988, "How to construct pseudorandom permutations from pseudorandom functions") of eight rounds
/// permutes the next even power of two, whose results outside the range are walked on from (Black,
/// Rogaway 2002, "Ciphers with arbitrary finite domains", section 4); expected walks: below 4.
class Permutation {
 public:
  /// Needs 0 < size ≤ 2^63.
  Permutation(std::uint64_t size, std::uint64_t seed, std::int64_t number,
              std::string_view purpose);

  std::uint64_t size() const { return size_; }
  /// What stands at `place`. Needs place < size().
  std::uint64_t at(std::uint64_t place) const;

 private:
  std::uint64_t encrypted(std::uint64_t block) const;

  std::uint64_t size_;
  unsigned half_bits_;
  // Four rounds are enough for long blocks; short ones mix less per round, hence twice as many.
  std::array<std::uint64_t, 8> round_keys_;
};

}  // namespace winnow::search
