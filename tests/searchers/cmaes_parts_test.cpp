#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "searchers/models/choice_distribution.hpp"
#include "searchers/operators/bipop.hpp"

using namespace winnow::search;

TEST_CASE("a choice's probabilities move to the better codes, keep sum one and a least share") {
  ChoiceDistribution choice({2, 1, 1});
  CHECK(choice.probabilities() == std::vector<double>{0.5, 0.25, 0.25});
  const std::size_t codes[] = {2, 2, 1};
  const double weights[] = {0.5, 0.25, 0.25};
  choice.learn(codes, weights, 0.4, 0.01);
  // 0.6 q plus 0.4 times 0, 0.25 and 0.75.
  CHECK(choice.probabilities()[0] == Approx(0.3));
  CHECK(choice.probabilities()[1] == Approx(0.25));
  CHECK(choice.probabilities()[2] == Approx(0.45));
  for (int generation = 0; generation < 200; ++generation) {
    const std::size_t only[] = {2, 2, 2};
    choice.learn(only, weights, 0.4, 0.01);
  }
  CHECK(choice.probabilities()[0] == Approx(0.01).epsilon(0.05));
  CHECK(std::accumulate(choice.probabilities().begin(), choice.probabilities().end(), 0.0) ==
        Approx(1));
}

TEST_CASE("codes are drawn as often as they are probable") {
  const ChoiceDistribution choice({1, 2, 5});
  int counts[3] = {};
  for (int number = 0; number < 8000; ++number) {
    Rng rng(1, number, "draw");
    ++counts[choice.draw(rng)];
  }
  CHECK(std::abs(counts[0] - 1000) < 120);  // four standard deviations: 118
  CHECK(std::abs(counts[1] - 2000) < 160);
}

TEST_CASE("populations double in large runs; small runs are never larger than half of them") {
  BipopSchedule schedule(10);
  std::vector<int> large, small;
  double least_step = 1;
  for (int run = 0; run < 40; ++run) {
    Rng rng(1, run, "run");
    const BipopSchedule::Run next = schedule.next(rng);
    const bool is_large = next.step_share == 1;
    (is_large ? large : small).push_back(next.population);
    least_step = std::min(least_step, next.step_share);
    if (!is_large) CHECK(2 * next.population <= large.back() + 1);
    schedule.spend(10 * next.population);
    CHECK(next.step_share >= 0.01);
  }
  for (std::size_t k = 0; k < large.size(); ++k) CHECK(large[k] == 20 << k);
  CHECK(large.size() >= 3);
  CHECK(small.size() > large.size());
  CHECK(least_step < 0.1);
}

TEST_CASE("the regime that has spent less comes next, the first run counts for none") {
  BipopSchedule schedule(10);
  schedule.spend(100'000);
  Rng rng(1, 0, "run");
  CHECK(schedule.next(rng).population == 20);
  schedule.spend(50);
  CHECK(schedule.next(rng).step_share < 1);  // small: has spent nothing
  schedule.spend(60);
  CHECK(schedule.next(rng).population == 40);
}
