#include "searchers/operators/local_step.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace winnow::search;
using Genome = std::vector<double>;

TEST_CASE("a neighbour is inside the cube and differs in one coordinate at least") {
  const Axes axes{{false, true, false}, {0, 0.25, 0.2}};
  const Genome genome = {0.01, 0.125, 0.9};
  for (int number = 0; number < 500; ++number) {
    Rng rng(1, number, "step");
    const Genome next = neighbour(genome, axes, 0, 0.3, rng);
    int moved = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      CHECK((next[j] >= 0 && next[j] <= 1));
      moved += next[j] != genome[j];
    }
    CHECK(moved == 1);
  }
}

TEST_CASE("steps are as long as their reach, and a cell long at least") {
  const Axes axes{{false, false}, {0, 0.1}};
  double squares = 0;
  for (int number = 0; number < 2000; ++number) {
    Rng rng(2, number, "step");
    const Genome next = neighbour(Genome{0.5, 0.5}, axes, 1, 0.02, rng);
    squares += (next[0] - 0.5) * (next[0] - 0.5) / 2000;
    CHECK(std::abs(next[1] - 0.5) >= 0.1 - 1e-12);
  }
  CHECK(std::sqrt(squares) == Approx(0.02).epsilon(0.1));
}

TEST_CASE("better points are accepted always, worse ones as often as the temperature says") {
  const Standing present{Standing::Tier::completed, 1}, better{Standing::Tier::completed, 0.5},
      worse{Standing::Tier::completed, 3}, stopped{Standing::Tier::stopped, 0};
  int accepted = 0;
  for (int number = 0; number < 4000; ++number) {
    Rng rng(3, number, "accept");
    CHECK(accepts(present, better, 1e-9, rng));
    CHECK(accepts(present, present, 1e-9, rng));
    CHECK(accepts(stopped, present, 1e-9, rng));
    CHECK_FALSE(accepts(present, stopped, 1e9, rng));
    CHECK_FALSE(accepts(present, Standing{}, 1e9, rng));
    accepted += accepts(present, worse, 2, rng);
  }
  CHECK(std::abs(accepted - 4000 * std::exp(-1.0)) < 125);  // four standard deviations: 122
}
