#include "searchers/scalarised.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>

#include "searchers/problem/error.hpp"
#include "searchers/problems/multi_objective_functions.hpp"

using namespace winnow;
using namespace winnow::search;

namespace {

using Settings = std::map<std::string, Value>;

std::unique_ptr<Searcher> made(const std::string& method, const SearchSpace& space,
                               const Settings& options, std::size_t objectives = 2) {
  std::vector<Objective> all;
  for (std::size_t j = 0; j < objectives; ++j) all.push_back({"f" + std::to_string(j)});
  return make_searcher(method, options, {space, all, {}, 1, 500});
}

// The losses of 500 trials.
std::vector<Losses> searched(const std::string& method, const Settings& options,
                             const problems::MultiObjectiveFunction& problem) {
  const auto searcher = made(method, problem.space, options);
  std::vector<Losses> tried;
  for (int number = 0; number < 500; ++number) {
    const Suggestion suggestion = searcher->ask({TrialNumber{number}, {}}, 1).suggestions.at(0);
    tried.push_back(problem.losses(suggestion.point));
    searcher->tell({suggestion, Ending::completed, tried.back(), 1});
  }
  return tried;
}

Losses mean_of_last(const std::vector<Losses>& tried, std::size_t count) {
  Losses mean(2);
  for (std::size_t i = tried.size() - count; i < tried.size(); ++i)
    for (std::size_t j = 0; j < 2; ++j) mean[j] += tried[i][j] / static_cast<double>(count);
  return mean;
}

const Settings by_evolution = {{"method", std::string("nsga2")},
                               {"normalization", std::string("none")}};

}  // namespace

TEST_CASE("a weighted sum ends where a unit of one objective costs its price in the other") {
  // On ZDT1's front f1 + f2 = x + 1 − √x is least at x = ¼.
  const Losses equal = mean_of_last(searched("weighted_sum", by_evolution, problems::zdt1(4)), 100);
  CHECK(equal[0] == Approx(0.25).margin(0.12));
  CHECK(equal[1] == Approx(0.5).margin(0.15));
  // With 4 f1 + f2 at x = 1/64.
  Settings weighted = by_evolution;
  weighted["weight_1"] = 4.0;
  CHECK(mean_of_last(searched("weighted_sum", weighted, problems::zdt1(4)), 100)[0] < 0.1);
}

TEST_CASE("chebyshev ends in the middle of a front that a weighted sum only knows the ends of") {
  // On ZDT2's front f1 = f2 = 1 − f1² at 0.618.
  double least_worst = 2;
  for (const Losses& losses : searched("chebyshev", by_evolution, problems::zdt2(4)))
    least_worst = std::min(least_worst, std::max(losses[0], losses[1]));
  CHECK(least_worst < 0.7);
  const Losses end = mean_of_last(searched("weighted_sum", by_evolution, problems::zdt2(4)), 100);
  CHECK(std::min(end[0], end[1]) < 0.15);
}

TEST_CASE("scaled objectives make the answer independent of their units") {
  problems::MultiObjectiveFunction in_other_units = problems::zdt1(4);
  const auto losses = in_other_units.losses;
  // A power of two, so that scaling back is exact.
  in_other_units.losses = [losses](const Point& point) {
    Losses each = losses(point);
    each[1] *= 1024;
    return each;
  };
  const Settings scaled = {{"method", std::string("nsga2")}};
  const std::vector<Losses> a = searched("chebyshev", scaled, problems::zdt1(4));
  const std::vector<Losses> b = searched("chebyshev", scaled, in_other_units);
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i][1] * 1024 == b[i][1]);
}

TEST_CASE("wrong weights and methods are refused with the next step") {
  const SearchSpace space({{"x", Real{0, 1}}});
  CHECK_THROWS_WITH(made("weighted_sum", space, {{"weight_1", 0.0}, {"weight_2", 0.0}}),
                    Catch::Contains("all weights are 0"));
  CHECK_THROWS_WITH(made("weighted_sum", space, {{"weight_3", 2.0}}),
                    Catch::Contains("method_options.weight_3: the study has 2 objectives"));
  CHECK_THROWS_WITH(made("weighted_sum", space, {{"method", std::string("grid")}}),
                    Catch::Contains("method_options.method: expected one of"));
  CHECK_THROWS_WITH(made("chebyshev", space, {}, 9), Catch::Contains("use nsga3"));
  CHECK_NOTHROW(made("weighted_sum", space, {{"weight_1", 0.0}}));
}

TEST_CASE("sums beyond all numbers count as failures") {
  const SearchSpace space({{"x", Real{0, 1}}});
  const auto searcher = made("chebyshev", space, by_evolution);
  for (int number = 0; number < 60; ++number) {
    const Suggestion suggestion = searcher->ask({TrialNumber{number}, {}}, 1).suggestions.at(0);
    searcher->tell({suggestion, Ending::completed, {1.7e308, 1.7e308}, 1});
  }
  CHECK(searcher->ask({TrialNumber{60}, {}}, 1).suggestions.size() == 1);
}
