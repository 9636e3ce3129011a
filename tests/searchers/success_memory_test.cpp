#include "searchers/operators/success_memory.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace winnow::search;

namespace {

struct Means {
  double factor = 0, rate = 0;
};

Means means_of(const SuccessMemory& memory, int draws = 3000) {
  std::vector<double> factors;
  Means means;
  for (int number = 0; number < draws; ++number) {
    Rng rng(1, number, "draw");
    const DifferentialControl control = memory.draw(rng);
    factors.push_back(control.factor);
    means.rate += control.rate / draws;
  }
  // A Cauchy distribution has no mean: its median.
  std::nth_element(factors.begin(), factors.begin() + draws / 2, factors.end());
  means.factor = factors[static_cast<std::size_t>(draws / 2)];
  return means;
}

}  // namespace

TEST_CASE("controls are drawn inside their ranges, around one half at first") {
  const SuccessMemory memory;
  for (int number = 0; number < 3000; ++number) {
    Rng rng(1, number, "draw");
    const DifferentialControl control = memory.draw(rng);
    CHECK((control.factor > 0 && control.factor <= 1));
    CHECK((control.rate >= 0 && control.rate <= 1));
  }
  CHECK(means_of(memory).factor == Approx(0.5).margin(0.02));
  CHECK(means_of(memory).rate == Approx(0.5).margin(0.02));
}

TEST_CASE("a generation moves a cell to the weighted Lehmer mean of its successes") {
  SuccessMemory memory;
  for (int cell = 0; cell < 6; ++cell) {  // all cells alike
    memory.add_success({0.4, 0.1}, 3);
    memory.add_success({0.8, 0.3}, 1);
    memory.end_generation();
  }
  // F: (3·0.16 + 0.64) / (3·0.4 + 0.8) = 0.56; CR: (3·0.01 + 0.09) / (3·0.1 + 0.3) = 0.2.
  CHECK(means_of(memory).factor == Approx(0.56).margin(0.01));
  CHECK(means_of(memory).rate == Approx(0.2).margin(0.01));
}

TEST_CASE("a generation without success changes nothing, and successes count once") {
  SuccessMemory memory;
  memory.end_generation();
  CHECK(means_of(memory).factor == means_of(SuccessMemory()).factor);
  memory.add_success({0.9, 0.9}, 1);
  memory.end_generation();
  const Means after_one = means_of(memory);
  memory.end_generation();
  CHECK(means_of(memory).factor == after_one.factor);
  CHECK(means_of(memory).rate == after_one.rate);
}

TEST_CASE("once only children without crossover succeed, the rate stays at nothing") {
  SuccessMemory memory;
  for (int cell = 0; cell < 6; ++cell) {
    memory.add_success({0.5, 0}, 1);
    memory.end_generation();
  }
  CHECK(means_of(memory).rate == 0);
  for (int cell = 0; cell < 6; ++cell) {
    memory.add_success({0.5, 0.9}, 1);
    memory.end_generation();
  }
  CHECK(means_of(memory).rate == 0);
}

TEST_CASE("gains of any size are weighed without overflow") {
  SuccessMemory memory;
  for (int cell = 0; cell < 6; ++cell) {
    memory.add_success({0.2, 0.2}, 1e300);
    memory.add_success({0.9, 0.9}, 1e-300);
    memory.end_generation();
  }
  CHECK(means_of(memory).rate == Approx(0.2).margin(0.01));
}
