#include "trainer/model/sampling.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

using namespace winnow::train;

TEST_CASE("sampling is greedy at temperature 0, keeps to the likeliest, and follows the odds") {
  const std::vector<float> logits = {0.0f, std::log(6.0f), std::log(3.0f), -100.0f};
  std::mt19937_64 random(1);
  CHECK(sample(logits, {0.0, 1.0}, random) == 1);
  std::vector<int> counts(4, 0);
  for (int i = 0; i < 2000; ++i) {
    ++counts[static_cast<std::size_t>(sample(logits, {1.0, 1.0}, random))];
  }
  // Binomial with n = 2000: standard deviations are 13 to 22.
  CHECK(std::abs(counts[0] - 200) < 70);
  CHECK(std::abs(counts[1] - 1200) < 110);
  CHECK(std::abs(counts[2] - 600) < 110);
  CHECK(counts[3] == 0);
  for (int i = 0; i < 200; ++i) {
    CHECK(sample(logits, {1.0, 0.55}, random) == 1);
    CHECK(sample(logits, {1.0, 0.85}, random) != 0);
  }
}
