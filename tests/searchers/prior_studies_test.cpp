// What methods make of studies of like problems.
#include <catch2/catch.hpp>
#include <cmath>

#include "searchers/encoding/unit_cube.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/operators/best_first.hpp"
#include "searchers/problem/error.hpp"
#include "tests/searchers/method_support.hpp"

using namespace winnow;
using namespace winnow::search;
using Catch::Contains;
using std::int64_t;
using std::string;

namespace {

const SearchSpace cube({{"x", Real{0, 1}}, {"y", Real{0, 1}}, {"z", Real{0, 1}}});

// A valley whose floor, 0, is at (at, at, at).
double valley(const Point& point, double at) {
  double loss = 0;
  for (const char* name : {"x", "y", "z"}) loss += std::abs(as_number(*point.find(name)) - at);
  return loss * loss + loss;
}

/// `trials` evenly drawn trials of a valley whose floor is at `at`, in other units.
PriorStudy elsewhere(double at, int64_t trials = 40) {
  PriorStudy study{"elsewhere", {}};
  const auto searcher = made("sobol", cube, {}, 77, trials);
  for (const Suggestion& suggestion : run(*searcher, static_cast<int>(trials)))
    study.trials.push_back({suggestion.point, {100 - 7 * (3 - valley(suggestion.point, at))}});
  return study;
}

/// The least loss after so many trials of the valley at 0.7.
double reached(const string& method, const std::vector<PriorStudy>& prior, int64_t trials,
               std::uint64_t seed, const std::map<string, Value>& options = {}) {
  Setup setup{cube, {{"loss"}}, {}, seed, trials};
  setup.prior_studies = prior;
  const auto searcher = make_searcher(method, options, setup);
  double least = HUGE_VAL;
  for (int64_t k = 0; k < trials; ++k) {
    const Suggestion next = searcher->ask({TrialNumber{k}, {}}, 1).suggestions.at(0);
    const double loss = valley(next.point, 0.7);
    least = std::min(least, loss);
    searcher->tell({next, Ending::completed, {loss}, 1});
  }
  return least;
}

double sum_reached(const string& method, const std::vector<PriorStudy>& prior, int64_t trials,
                   const std::map<string, Value>& options = {}) {
  double sum = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed)
    sum += reached(method, prior, trials, seed, options);
  return sum;
}

const std::map<string, Value> quick = {
    {"candidates", int64_t{64}}, {"starts", int64_t{2}}, {"fit_evaluations", int64_t{15}}};

}  // namespace

TEST_CASE("a study of a like problem is worth trials of one's own") {
  const std::vector<PriorStudy> near = {elsewhere(0.65)};
  CHECK(sum_reached("gp", near, 8, quick) < 0.5 * sum_reached("gp", {}, 8, quick));
  CHECK(sum_reached("tpe", near, 12) < 0.6 * sum_reached("tpe", {}, 12));
  CHECK(sum_reached("cmaes", near, 14) < 0.6 * sum_reached("cmaes", {}, 14));
  CHECK(sum_reached("auto", near, 8) < 0.5 * sum_reached("auto", {}, 8));
}

TEST_CASE("the model of gp learns how much another study is worth") {
  // After the first points the surest gain is where that study's valley says, though none of one's
  // own points is near: shown by the distance of the first modelled proposals from it.
  const auto distance = [](const std::vector<PriorStudy>& prior) {
    Setup setup{cube, {{"loss"}}, {}, 1, 20};
    setup.prior_studies = prior;
    const auto searcher = make_searcher("gp", quick, setup);
    Rng rng(3, 0, "own points");
    const UnitCube unit(cube);
    for (int64_t k = 0; k < 8; ++k) {
      const Point point =
          unit.decode(std::vector{0.5 * rng.uniform(), 0.5 * rng.uniform(), 0.5 * rng.uniform()});
      searcher->tell({{TrialNumber{k}, point}, Ending::completed, {valley(point, 0.7)}, 1});
    }
    const Point next = searcher->ask({TrialNumber{8}, {}}, 1).suggestions.at(0).point;
    return valley(next, 0.7);
  };
  CHECK(distance({elsewhere(0.7)}) < 0.5 * distance({}));
}

TEST_CASE("a study that says the opposite costs little") {
  const std::vector<PriorStudy> wrong = {elsewhere(0.1)};
  CHECK(sum_reached("gp", wrong, 30, quick) < 0.5);
  CHECK(sum_reached("tpe", wrong, 60) < 1.5);
}

TEST_CASE("several studies, studies of one trial and of equal losses are survived") {
  PriorStudy one = elsewhere(0.6, 1), flat = elsewhere(0.6, 12), empty{"empty", {}};
  for (PriorTrial& trial : flat.trials) trial.losses = {5};
  for (const char* method : {"gp", "tpe", "cmaes", "auto"}) {
    CAPTURE(method);
    CHECK(reached(method, {one, flat, empty, elsewhere(0.7, 150)}, 9, 1) < 10);
    CHECK(reached(method, {empty}, 9, 1) < 10);
  }
}

TEST_CASE("replayed with the same studies, a method proposes the same; with others, another") {
  for (const char* method : {"gp", "tpe", "cmaes", "auto"}) {
    CAPTURE(method);
    const auto proposals = [&](double at) {
      Setup setup{cube, {{"loss"}}, {}, 3, 40};
      setup.prior_studies = {elsewhere(at)};
      const auto live = make_searcher(method, {}, setup), again = make_searcher(method, {}, setup);
      const std::vector<Suggestion> all = run(*live, 10);
      for (const Suggestion& each : all) again->tell(completed(each));
      CHECK(live->ask({TrialNumber{10}, {}}, 3).suggestions ==
            again->ask({TrialNumber{10}, {}}, 3).suggestions);
      return all;
    };
    CHECK(proposals(0.3) == proposals(0.3));
    CHECK_FALSE(proposals(0.3) == proposals(0.9));
  }
}

TEST_CASE("methods that cannot learn from other studies say so") {
  Setup setup{cube, {{"loss"}}};
  setup.prior_studies = {{"elsewhere", {}}};
  CHECK_THROWS_WITH(
      make_searcher("grid", {{"points_per_parameter", int64_t{3}}}, setup),
      Contains("cannot learn from other studies; choose one of auto, cmaes, gp, tpe"));
  CHECK_THROWS_WITH(make_searcher("cmaes", {{"warm_start", false}}, setup),
                    Contains("leave one of the two out"));
  setup.objectives = {{"loss"}, {"time"}};
  CHECK_THROWS_WITH(make_searcher("auto", {}, setup), Contains("one objective, found 2"));
}

TEST_CASE("of many trials of another study the best half and a spread of the rest are kept") {
  PriorStudy study{"s", {}};
  for (int k = 0; k < 1000; ++k)
    study.trials.push_back({Point(), {static_cast<double>(k * 37 % 1000)}});
  const std::vector<std::size_t> some = telling(study, 11);
  REQUIRE(some.size() == 11);
  CHECK(std::is_sorted(some.begin(), some.end()));
  std::vector<double> losses;
  for (const std::size_t i : some) losses.push_back(study.trials[i].losses[0]);
  std::sort(losses.begin(), losses.end());
  CHECK(losses == std::vector<double>{0, 1, 2, 3, 4, 5, 105, 304, 503, 701, 900});
  CHECK(telling(study, 1000).size() == 1000);
  CHECK(telling(study, 2000).back() == 999);
}
