#include "orchestrator/decision/race.hpp"

#include <catch2/catch.hpp>
#include <random>

using namespace winnow::run;

namespace {

FreshTrial measured(double loss) { return {true, loss}; }
const FreshTrial failed{true, std::nullopt};

/// arms × seeds, all measured: mean of the arm + noise that the arms share + noise of their own.
FreshTrials table(const std::vector<double>& means, int seeds, double own_noise, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  FreshTrials fresh(means.size(), std::vector<FreshTrial>(static_cast<std::size_t>(seeds)));
  for (std::size_t r = 0; r < static_cast<std::size_t>(seeds); ++r) {
    const double shared = normal(random);
    for (std::size_t a = 0; a < means.size(); ++a) {
      fresh[a][r] = measured(means[a] + shared + own_noise * normal(random));
    }
  }
  return fresh;
}

/// Runs the race as a study would: only what is wanted gets its outcome. Counts the trials.
int run_race(const RaceRules& rules, const FreshTrials& truth, RaceState& end) {
  FreshTrials known(truth.size(), std::vector<FreshTrial>(truth.front().size()));
  int trials = 0;
  while (true) {
    end = race(rules, known);
    if (end.is_over()) return trials;
    for (const FreshKey& key : end.wanted) {
      const auto a = static_cast<std::size_t>(key.arm), r = static_cast<std::size_t>(key.replicate);
      REQUIRE_FALSE(known[a][r].has_ended);
      known[a][r] = truth[a][r];
      ++trials;
    }
  }
}

}  // namespace

TEST_CASE("looks are spread evenly and the last has every seed") {
  CHECK(look_seeds(10, 3) == std::vector<int>{3, 6, 10});
  CHECK(look_seeds(4, 4) == std::vector<int>{1, 2, 3, 4});
  CHECK(look_seeds(7, 1) == std::vector<int>{7});
}

TEST_CASE("a race asks first for the trials of its first look, seed by seed, all arms alike") {
  const RaceRules rules{.seeds = 4, .looks = 2, .alpha = 0.05, .baseline = 0};
  const RaceState state = race(rules, FreshTrials(2, std::vector<FreshTrial>(4)));
  CHECK(state.looks.empty());
  CHECK(state.wanted == std::vector<FreshKey>{{0, 0}, {1, 0}, {0, 1}, {1, 1}});
}

TEST_CASE("an arm that is far worse leaves, and costs no further trial") {
  const RaceRules rules{.seeds = 12, .looks = 3, .alpha = 0.05, .baseline = std::nullopt};
  RaceState end;
  const int trials = run_race(rules, table({0, 0.1, 50}, 12, 0.3, 1), end);
  REQUIRE_FALSE(end.looks.empty());
  CHECK(end.looks.front().leaving == std::vector<int>{2});
  CHECK(trials == 4 + 2 * 12);
  CHECK(end.living == std::vector<int>{0, 1});
}

TEST_CASE("the baseline never leaves, and a single challenger runs to its last seed") {
  const RaceRules rules{.seeds = 9, .looks = 3, .alpha = 0.05, .baseline = 0};
  RaceState end;
  CHECK(run_race(rules, table({50, 0}, 9, 0.3, 2), end) == 18);
  CHECK(end.living == std::vector<int>{0, 1});
}

TEST_CASE("a race without challengers left, or with one arm and no baseline, is over") {
  RaceState end;
  const RaceRules against{.seeds = 9, .looks = 3, .alpha = 0.05, .baseline = 0};
  CHECK(run_race(against, table({0, 50}, 9, 0.3, 3), end) == 2 * 3);
  CHECK(end.living == std::vector<int>{0});
  const RaceRules alone{.seeds = 9, .looks = 3, .alpha = 0.05, .baseline = std::nullopt};
  CHECK(run_race(alone, table({0}, 9, 0.3, 3), end) == 0);
}

TEST_CASE("failed trials drop their pairs, and an arm of nothing but failures leaves") {
  const RaceRules rules{.seeds = 6, .looks = 2, .alpha = 0.05, .baseline = 0};
  FreshTrials fresh = table({0, 0.1, 0.2}, 6, 0.3, 4);
  fresh[1][1] = failed;
  for (FreshTrial& trial : fresh[2]) trial = failed;
  CHECK(paired(fresh, 0, 1, 6).differences.values.size() == 5);
  RaceState end;
  run_race(rules, fresh, end);
  CHECK(end.looks.front().leaving == std::vector<int>{2});
  CHECK(end.looks.back().common_seeds == 5);
}

TEST_CASE("equal differences have no test, so nobody leaves by them") {
  const RaceRules rules{.seeds = 3, .looks = 1, .alpha = 0.05, .baseline = std::nullopt};
  FreshTrials fresh(2, std::vector<FreshTrial>(3));
  for (std::size_t r = 0; r < 3; ++r) {
    fresh[0][r] = measured(0.5);
    fresh[1][r] = measured(0.75);
  }
  const RaceState state = race(rules, fresh);
  REQUIRE(state.looks.size() == 1);
  CHECK(state.looks[0].losses.empty());
  CHECK(state.looks[0].leaving.empty());
}

TEST_CASE("the levels of the looks add up to alpha") {
  const RaceRules rules{.seeds = 10, .looks = 4, .alpha = 0.05, .baseline = 0};
  RaceState end;
  run_race(rules, table({0, 0, 0}, 10, 1, 5), end);
  double spent = 0;
  for (const RaceLook& look : end.looks) spent += look.alpha;
  CHECK(end.looks.size() == 4);
  CHECK(spent == Approx(0.05).margin(1e-12));
}

TEST_CASE("among equal arms one leaves in no more than alpha of races") {
  const RaceRules rules{.seeds = 10, .looks = 3, .alpha = 0.05, .baseline = std::nullopt};
  constexpr int races = 1000;
  int with_an_error = 0;
  for (unsigned seed = 0; seed < races; ++seed) {
    RaceState end;
    run_race(rules, table({0, 0, 0, 0, 0}, 10, 1, seed), end);
    with_an_error += end.living.size() < 5;
  }
  // Three standard errors of a rate of .05 in 1,000 races: .021.
  CHECK(with_an_error <= 71);
  CHECK(with_an_error > 0);
}
