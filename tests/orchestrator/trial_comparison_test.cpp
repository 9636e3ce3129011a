// Trials of a race held against each other.
#include "orchestrator/decision/trial_comparison.hpp"

#include <catch2/catch.hpp>

using namespace winnow;
using namespace winnow::run;

namespace {

/// A baseline (x = 0) and two settings of falling loss under eight fresh seeds, whose losses differ
/// by `noise`; trials 0 to 2 are the search, 3 to 5 the first seed's.
struct Raced {
  StudySpec study;
  std::vector<store::TrialRow> rows;

  explicit Raced(double noise) {
    study.objectives = {{"loss"}};
    study.selection.emplace();
    study.selection->objective = study.objectives.front();
    study.selection->seeds = 8;
    study.selection->baseline = Point({{"x", std::int64_t{0}}});
    for (int seed = 0; seed <= 8; ++seed) {
      for (std::int64_t x = 0; x < 3; ++x) add(x, seed, noise);
    }
  }

  void add(std::int64_t x, int seed, double noise) {
    store::TrialRow row;
    row.trial.suggestion.number = TrialNumber{std::ssize(rows)};
    row.trial.suggestion.point = Point({{"x", x}});
    row.trial.role = seed == 0 ? store::Role::search
                     : x == 0  ? store::Role::baseline
                               : store::Role::replicate;
    row.trial.replicate = seed;
    row.state = TrialState::completed;
    const auto shift = static_cast<double>((seed * (3 + x)) % 7);
    row.values["loss"] = 3.0 - static_cast<double>(x) + noise * shift;
    rows.push_back(std::move(row));
  }

  TrialComparison compare(const std::vector<std::int64_t>& numbers) const {
    std::vector<TrialNumber> chosen;
    for (const std::int64_t number : numbers) chosen.push_back(TrialNumber{number});
    return compare_trials(study, rows, chosen);
  }
};

}  // namespace

TEST_CASE("two trials of one setting are not tested twice") {
  const TrialComparison comparison = Raced(0.01).compare({1, 2, 4, 5, 7});
  REQUIRE(comparison.trials.size() == 5);
  REQUIRE(comparison.pairs.size() == 1);
  CHECK(comparison.pairs[0].first == TrialNumber{1});
  CHECK(comparison.pairs[0].second == TrialNumber{2});
  CHECK(comparison.pairs[0].p == 2.0 / 256);
  CHECK(comparison.pairs[0].p_holm == 2.0 / 256);
}

TEST_CASE("copies of one number tell no two settings apart") {
  const TrialComparison comparison = Raced(0).compare({0, 1, 2});
  REQUIRE(comparison.pairs.size() == 3);
  for (const PairedComparison& pair : comparison.pairs) {
    CHECK_FALSE(pair.p);
    CHECK_THAT(pair.refusal, Catch::Contains("copies of one number"));
    CHECK(pair.pairs == 8);
  }
}
