// Random numbers that are a function of (study seed, suggestion number, purpose): the same on every
// machine, in any order of calls, after any crash. There is no generator to save.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace winnow::search {

/// Philox4x32-10: a bijection of 128-bit counters for each 64-bit key. Salmon, Moraes, Dror, Shaw
/// (2011), "Parallel random numbers: as easy as 1, 2, 3", section 3.3 and table 2.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

/// A stream of random numbers. The key of Philox is the seed; its counter is (block within the
/// stream, hash of the purpose, number), so streams of different numbers never meet. Purposes are
/// short words ("sample", "jitter") that differ within one method. 2^34 words of 32 bits per
/// stream.
class Rng {
 public:
  Rng(std::uint64_t seed, std::int64_t number, std::string_view purpose);

  std::uint32_t bits32();
  std::uint64_t bits64();
  /// Uniform in [0, 1): a multiple of 2^-53.
  double uniform();
  /// Uniform among 0 … n − 1, without bias. Needs n > 0.
  std::uint64_t below(std::uint64_t n);
  /// Standard normal. Box, Muller (1958), "A note on the generation of random normal deviates".
  double normal();
  /// A uniformly random order (Durstenfeld 1964, "Algorithm 235: random permutation").
  template <class T>
  void shuffle(std::span<T> items) {
    for (std::size_t i = items.size(); i > 1; --i) {
      const std::size_t j = static_cast<std::size_t>(below(i));
      std::swap(items[i - 1], items[j]);
    }
  }

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  unsigned used_ = 4;  // words of block_ already given out
};

/// A random seed for something that belongs to suggestion `number`, e.g. its trial ("trial",
/// "data"). In [0, 2^31): what every program and library takes as a seed (numpy refuses 2^32 and
/// more).
std::uint64_t derive_seed(std::uint64_t study_seed, std::int64_t number, std::string_view purpose);

}  // namespace winnow::search
