#include "orchestrator/decision/race.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
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

TEST_CASE("looks lie where a test can tell something and there is something to save") {
  CHECK(look_seeds(20, 4) == std::vector<int>{6, 8, 11, 13});
  CHECK(look_seeds(20, 1) == std::vector<int>{10});
  CHECK(look_seeds(10, 4) == std::vector<int>{5, 6, 7});
  CHECK(look_seeds(6, 4) == std::vector<int>{5});
  CHECK(look_seeds(5, 4).empty());
  CHECK(look_seeds(20, 0).empty());
  for (int seeds = 1; seeds < 60; ++seeds) {
    for (int looks = 0; looks <= seeds; ++looks) {
      const std::vector<int> counts = look_seeds(seeds, looks);
      CHECK(std::ssize(counts) <= looks);
      CHECK(std::ranges::is_sorted(counts, std::less_equal()));
      if (!counts.empty()) CHECK(counts.back() < seeds);
    }
  }
}

TEST_CASE("a race asks first for the trials of its first look, seed by seed, all arms alike") {
  const RaceRules rules{.seeds = 6, .looks = 1, .alpha = 0.05, .baseline = 0};
  const RaceState state = race(rules, FreshTrials(2, std::vector<FreshTrial>(6)));
  CHECK(state.looks.empty());
  REQUIRE(state.wanted.size() == 10);
  CHECK(state.wanted[2] == FreshKey{0, 1});
  CHECK(state.wanted[3] == FreshKey{1, 1});
}

TEST_CASE("an arm that is far worse leaves, and costs no further trial") {
  const RaceRules rules{.seeds = 12, .looks = 3, .alpha = 0.05, .baseline = std::nullopt};
  RaceState end;
  const int trials = run_race(rules, table({0, 0.1, 50}, 12, 0.3, 1), end);
  REQUIRE_FALSE(end.looks.empty());
  CHECK(end.looks.front().leaving == std::vector<int>{2});
  REQUIRE(end.looks.front().losses.size() == 1);
  CHECK(end.looks.front().hopeless.empty());
  CHECK(trials == 5 + 2 * 12);
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
  CHECK(run_race(against, table({0, 50}, 9, 0.3, 3), end) == 2 * 5);
  CHECK(end.living == std::vector<int>{0});
  const RaceRules alone{.seeds = 9, .looks = 3, .alpha = 0.05, .baseline = std::nullopt};
  CHECK(run_race(alone, table({0}, 9, 0.3, 3), end) == 0);
}

TEST_CASE("an arm without hope leaves and is not said to be worse") {
  const RaceRules rules{.seeds = 20, .looks = 1, .alpha = 0.05, .baseline = std::nullopt};
  int hopeless = 0;
  for (unsigned seed = 0; seed < 40; ++seed) {
    RaceState end;
    run_race(rules, table({0, 0, 0, 0, 0, 0.9}, 20, 1, seed), end);
    const RaceLook& look = end.looks.front();
    for (const HopelessArm& arm : look.hopeless) {
      ++hopeless;
      CHECK(arm.probability < 0.05 / 30);  // 30 ordered pairs, one look
      CHECK(std::ranges::count(end.living, arm.arm) == 0);
      CHECK(std::ranges::none_of(look.losses, [&](const winnow::stats::Elimination& loss) {
        return static_cast<int>(loss.loser) == arm.arm;
      }));
    }
  }
  CHECK(hopeless > 5);
}

TEST_CASE("the arm that all seeds show to be the best is rarely gone") {
  int gone = 0;
  constexpr int races = 400;
  for (unsigned seed = 0; seed < races; ++seed) {
    const FreshTrials truth = table({0, 0, 0.3, 0.3, 0.6}, 20, 1, seed);
    RaceState end;
    run_race({.seeds = 20, .looks = 4, .alpha = 0.05, .baseline = std::nullopt}, truth, end);
    const auto total = [&](int arm) {
      double sum = 0;
      for (const FreshTrial& trial : truth[static_cast<std::size_t>(arm)]) sum += *trial.loss;
      return sum;
    };
    const std::vector<int> all = {0, 1, 2, 3, 4};
    gone += std::ranges::count(end.living, *std::ranges::min_element(all, {}, total)) == 0;
  }
  CHECK(gone <= 0.05 * races);
}

TEST_CASE("differences within the margin are no reason to leave") {
  FreshTrials fresh = table({0, 0.5}, 12, 0.05, 6);
  RaceRules rules{.seeds = 12, .looks = 2, .alpha = 0.05, .baseline = std::nullopt};
  CHECK(race(rules, fresh).living == std::vector<int>{0});
  rules.margin = 0.6;
  const RaceState tied = race(rules, fresh);
  CHECK(tied.living == std::vector<int>{0, 1});
  CHECK(tied.looks.back().losses.empty());
  CHECK(tied.looks.back().hopeless.empty());
  rules.margin = 0.3;
  CHECK(race(rules, fresh).living == std::vector<int>{0});
}

TEST_CASE("who breaks a bound by the mean so far leaves, and nobody because of it") {
  const RaceRules rules{.seeds = 9, .looks = 1, .alpha = 0.05, .baseline = 0};
  FreshTrials fresh = table({0, 0.1, 50, -50}, 9, 0.3, 7);
  for (auto& arm : fresh) {
    for (FreshTrial& trial : arm) trial.excess = {-1, -0.5};
  }
  for (FreshTrial& trial : fresh[3]) trial.excess = {-1, 0.25};
  fresh[2][0].excess = {3, 0};  // its mean is −0.56
  CHECK(broken_bound(fresh, 3, 9) == 1);
  CHECK_FALSE(broken_bound(fresh, 2, 9));
  RaceState end;
  run_race(rules, fresh, end);
  REQUIRE(end.looks.size() == 1);
  CHECK(end.looks[0].breaking == std::vector<int>{3});
  CHECK(end.living == std::vector<int>{0, 1});  // 2 loses to the others, not to 3
  for (FreshTrial& trial : fresh[0]) trial.excess = {0.5, 0};
  run_race(rules, fresh, end);
  CHECK(end.looks[0].breaking == std::vector<int>{0, 3});
  CHECK(std::ranges::count(end.living, 0) == 1);  // the baseline stays to be compared with
}

TEST_CASE("failed trials drop their pairs, and an arm of nothing but failures leaves") {
  const RaceRules rules{.seeds = 9, .looks = 2, .alpha = 0.05, .baseline = 0};
  FreshTrials fresh = table({0, 0.1, 0.2}, 9, 0.3, 4);
  fresh[1][1] = failed;
  for (FreshTrial& trial : fresh[2]) trial = failed;
  CHECK(paired(fresh, 0, 1, 9).differences.values.size() == 8);
  RaceState end;
  run_race(rules, fresh, end);
  CHECK(end.looks.front().leaving == std::vector<int>{2});
  CHECK(end.looks.back().seeds == 6);
  CHECK(end.looks.back().common_seeds == 5);
}

TEST_CASE("equal differences have no test, so nobody leaves by them") {
  const RaceRules rules{.seeds = 6, .looks = 1, .alpha = 0.05, .baseline = std::nullopt};
  FreshTrials fresh(2, std::vector<FreshTrial>(6));
  for (std::size_t r = 0; r < 6; ++r) {
    fresh[0][r] = measured(0.5);
    fresh[1][r] = measured(0.75);
  }
  const RaceState state = race(rules, fresh);
  REQUIRE(state.looks.size() == 1);
  CHECK(state.looks[0].losses.empty());
  CHECK(state.looks[0].leaving.empty());
}

TEST_CASE("the levels of the looks add up to alpha") {
  const RaceRules rules{.seeds = 20, .looks = 4, .alpha = 0.05, .baseline = 0};
  RaceState end;
  run_race(rules, table({0, 0, 0}, 20, 1, 5), end);
  double spent = 0;
  for (const RaceLook& look : end.looks) spent += look.alpha;
  CHECK(end.looks.size() == 4);
  CHECK(spent == Approx(0.05).margin(1e-12));
}

TEST_CASE("among equal arms one loses in no more than alpha of races") {
  const RaceRules rules{.seeds = 10, .looks = 3, .alpha = 0.05, .baseline = std::nullopt};
  constexpr int races = 1000;
  int with_an_error = 0;
  for (unsigned seed = 0; seed < races; ++seed) {
    RaceState end;
    run_race(rules, table({0, 0, 0, 0, 0}, 10, 1, seed), end);
    with_an_error +=
        std::ranges::any_of(end.looks, [](const RaceLook& look) { return !look.losses.empty(); });
  }
  // Three standard errors of a rate of .05 in 1,000 races: .021.
  CHECK(with_an_error <= 71);
  CHECK(with_an_error > 0);
}
