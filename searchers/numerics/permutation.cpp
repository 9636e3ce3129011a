#include "searchers/numerics/permutation.hpp"

#include <bit>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

// Every bit of the result depends on every bit of the argument. Steele, Lea, Flood (2014), "Fast
// splittable pseudorandom number generators", figure 16 (variant 13 of Stafford's mixers).
std::uint64_t mixed(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

}  // namespace

Permutation::Permutation(std::uint64_t size, std::uint64_t seed, std::int64_t number,
                         std::string_view purpose)
    : size_(size) {
  expect(size > 0 && size <= (std::uint64_t{1} << 63), "a permutation of 1 to 2^63 places");
  const unsigned bits = static_cast<unsigned>(std::bit_width(size - 1));
  half_bits_ = bits < 2 ? 1 : (bits + 1) / 2;
  Rng rng(seed, number, purpose);
  for (std::uint64_t& key : round_keys_) key = rng.bits64();
}

std::uint64_t Permutation::encrypted(std::uint64_t block) const {
  const std::uint64_t mask = (std::uint64_t{1} << half_bits_) - 1;
  std::uint64_t left = block >> half_bits_, right = block & mask;
  for (std::uint64_t key : round_keys_) {
    const std::uint64_t next = left ^ (mixed(right ^ key) & mask);
    left = right;
    right = next;
  }
  return (left << half_bits_) | right;
}

std::uint64_t Permutation::at(std::uint64_t place) const {
  expect(place < size_, "a place beyond the end of a permutation");
  std::uint64_t block = encrypted(place);
  while (block >= size_) block = encrypted(block);
  return block;
}

}  // namespace winnow::search
