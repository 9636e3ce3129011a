// The seed of a random test: printed, and taken again from `--rng-seed` or WINNOW_TEST_SEED.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <string_view>

#include "tests/support/temporary_folder.hpp"

namespace winnow::tests {

/// Catch's own option comes first; 0 is what it says when it was not given.
inline std::uint32_t given_or_random_seed() {
  if (const std::uint32_t option = Catch::rngSeed(); option != 0) return option;
  const char* variable = std::getenv("WINNOW_TEST_SEED");
  return variable != nullptr ? static_cast<std::uint32_t>(std::stoul(variable))
                             : static_cast<std::uint32_t>(std::random_device()());
}

/// `what`: the test in a word or two, as it is printed. What the test leaves is kept if it fails.
inline std::uint32_t seed_of_this_run(std::string_view what) {
  keep_folders_of_failed_test();
  const std::uint32_t seed = given_or_random_seed();
  std::cout << "seed of the " << what << ": " << seed << "; --rng-seed " << seed
            << " or WINNOW_TEST_SEED=" << seed << " repeats this" << std::endl;
  return seed;
}

}  // namespace winnow::tests
