// The seed of a random test: printed, and taken again from WINNOW_TEST_SEED.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <string_view>

namespace winnow::tests {

/// From here on a TemporaryFolder that goes with a failing test is kept (temporary_folder.cpp).
void keep_folders_of_failed_test();

/// `what`: the test in a word or two, as it is printed. What the test leaves is kept if it fails.
inline std::uint32_t seed_of_this_run(std::string_view what) {
  keep_folders_of_failed_test();
  const char* given = std::getenv("WINNOW_TEST_SEED");
  const auto seed = given != nullptr ? static_cast<std::uint32_t>(std::stoul(given))
                                     : static_cast<std::uint32_t>(std::random_device()());
  std::cout << "seed of the " << what << ": " << seed << "; WINNOW_TEST_SEED=" << seed
            << " repeats this" << std::endl;
  return seed;
}

}  // namespace winnow::tests
