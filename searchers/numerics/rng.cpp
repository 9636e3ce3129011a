#include "searchers/numerics/rng.hpp"

#include <cmath>
#include <numbers>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

std::uint32_t low_word(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
std::uint32_t high_word(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }

// FNV-1a with the offset and prime for 32 bits.
std::uint32_t hash_of(std::string_view purpose) {
  std::uint32_t hash = 2166136261u;
  for (char c : purpose) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  constexpr int rounds = 10;
  constexpr std::uint64_t multiplier_0 = 0xD2511F53, multiplier_1 = 0xCD9E8D57;  // table 2
  constexpr std::uint32_t weyl_0 = 0x9E3779B9, weyl_1 = 0xBB67AE85;  // golden ratio, √3 − 1
  for (int round = 0; round < rounds; ++round) {
    const std::uint64_t product_0 = multiplier_0 * counter[0];
    const std::uint64_t product_1 = multiplier_1 * counter[2];
    counter = {high_word(product_1) ^ counter[1] ^ key[0], low_word(product_1),
               high_word(product_0) ^ counter[3] ^ key[1], low_word(product_0)};
    key[0] += weyl_0;
    key[1] += weyl_1;
  }
  return counter;
}

Rng::Rng(std::uint64_t seed, std::int64_t number, std::string_view purpose)
    : key_{low_word(seed), high_word(seed)},
      counter_{0, hash_of(purpose), low_word(static_cast<std::uint64_t>(number)),
               high_word(static_cast<std::uint64_t>(number))} {}

std::uint32_t Rng::bits32() {
  if (used_ == block_.size()) {
    block_ = philox4x32(counter_, key_);
    ++counter_[0];
    expect(counter_[0] != 0, "a stream of random numbers came to its end");
    used_ = 0;
  }
  return block_[used_++];
}

std::uint64_t Rng::bits64() {
  const std::uint64_t low = bits32();
  return (static_cast<std::uint64_t>(bits32()) << 32) | low;
}

double Rng::uniform() { return static_cast<double>(bits64() >> 11) * 0x1p-53; }

double Rng::normal() {
  const double radius = std::sqrt(-2 * std::log1p(-uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

std::uint64_t Rng::below(std::uint64_t n) {
  expect(n > 0, "a random choice among nothing");
  // Numbers below 2^64 mod n are drawn again: what is left is a multiple of n.
  const std::uint64_t rejected_below = (0 - n) % n;
  std::uint64_t bits = bits64();
  while (bits < rejected_below) bits = bits64();
  return bits % n;
}

std::uint64_t derive_seed(std::uint64_t study_seed, std::int64_t number, std::string_view purpose) {
  return Rng(study_seed, number, purpose).bits64() >> 33;
}

}  // namespace winnow::search
