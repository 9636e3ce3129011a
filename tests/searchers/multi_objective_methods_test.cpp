// What the methods for several objectives promise beyond the conformance suite: better fronts than
// random search, and sense made of failures.
#include <algorithm>
#include <catch2/catch.hpp>

#include "searchers/numerics/hypervolume.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/problems/multi_objective_functions.hpp"
#include "searchers/registry.hpp"

using namespace winnow;
using namespace winnow::search;

namespace {

const std::vector<std::string> methods = {"modes", "moead", "motpe", "nsga2", "nsga3"};

std::unique_ptr<Searcher> made_for(const std::string& method, const SearchSpace& space,
                                   std::size_t objectives, std::uint64_t seed) {
  std::vector<Objective> all;
  for (std::size_t j = 0; j < objectives; ++j) all.push_back({"f" + std::to_string(j)});
  return make_searcher(method, {}, {space, all, {}, seed, {}});
}

double share_found(const std::string& method, const problems::MultiObjectiveFunction& problem,
                   std::uint64_t seed, int evaluations) {
  const auto searcher = made_for(method, problem.space, problem.reference.size(), seed);
  std::vector<Losses> tried;
  for (int number = 0; number < evaluations; ++number) {
    const Suggestion suggestion = searcher->ask({TrialNumber{number}, {}}, 1).suggestions.at(0);
    tried.push_back(problem.losses(suggestion.point));
    searcher->tell({suggestion, Ending::completed, tried.back(), 1});
  }
  return hypervolume(tried, problem.reference) / problem.hypervolume;
}

// Two losses on a mixed, conditional space: size against error.
const SearchSpace mixed({{"kind", Categorical{{std::string("tree"), std::string("net"),
                                               std::string("line")}}},
                         {"depth", Integer{1, 12}, {{"kind", {std::string("tree")}}}},
                         {"width", Integer{1, 512, Scale::log}, {{"kind", {std::string("net")}}}},
                         {"rate", Real{1e-4, 1, Scale::log}}});

Losses size_and_error(const Point& point) {
  const auto number = [&](const char* name) {
    const Value* value = point.find(name);
    return value ? as_number(*value) : 0;
  };
  const double size = 1 + 3 * number("depth") + number("width");
  const double misfit = std::abs(std::log10(number("rate")) + 2);
  return {size, 1 / (1 + size) + misfit};
}

}  // namespace

// Five runs against five: all better means p = 1/C(10, 5) = 0.004 by the one-sided rank test.
TEST_CASE("every method finds more of a front than random search does") {
  for (const problems::MultiObjectiveFunction& problem : {problems::zdt1(6), problems::dtlz2(7)}) {
    std::vector<double> random;
    for (std::uint64_t seed = 1; seed <= 5; ++seed)
      random.push_back(share_found("random", problem, seed, 400));
    for (const std::string& method : methods) {
      INFO(method << " on " << problem.name);
      // A method made for few evaluations gets half as many.
      const int evaluations = method == "motpe" ? 200 : 400;
      for (std::uint64_t seed = 1; seed <= 5; ++seed)
        CHECK(share_found(method, problem, seed, evaluations) >
              *std::max_element(random.begin(), random.end()));
    }
  }
}

TEST_CASE("every method finds the ends and the middle of a front in a mixed conditional space") {
  for (const std::string& method : methods) {
    INFO(method);
    const auto searcher = made_for(method, mixed, 2, 3);
    std::vector<Losses> tried;
    for (int number = 0; number < 400; ++number) {
      const Suggestion suggestion = searcher->ask({TrialNumber{number}, {}}, 1).suggestions.at(0);
      REQUIRE(mixed.contains(suggestion.point));
      tried.push_back(size_and_error(suggestion.point));
      searcher->tell({suggestion, Ending::completed, tried.back(), 1});
    }
    // (1, ½) is a line of the right rate; (4, ⅕) a stump; at 100 and more the error is below 0.01.
    CHECK(hypervolume(tried, Losses{200, 1}) > 0.97 * (199 - std::log(201.0 / 2)));
  }
}

TEST_CASE("what failed is never bred from, and failures alone stop nothing") {
  for (const std::string& method : methods) {
    INFO(method);
    const SearchSpace line({{"x", Real{0, 1}}});
    const auto searcher = made_for(method, line, 2, 1);
    double late = 0;
    constexpr int trials = 300, counted = 100;
    for (int number = 0; number < trials; ++number) {
      const Suggestion suggestion = searcher->ask({TrialNumber{number}, {}}, 1).suggestions.at(0);
      const double x = as_number(*suggestion.point.find("x"));
      if (number >= trials - counted) late += x > 0.5;
      if (x > 0.5)  // where both losses would be best
        searcher->tell({suggestion, Ending::failed, {}, 1});
      else
        searcher->tell({suggestion, Ending::completed, {0.1 * x, 0.2 - 0.1 * x}, 1});
    }
    CHECK(late < 0.3 * counted);
  }
}

TEST_CASE("no method waits, however many trials are pending") {
  for (const std::string& method : methods) {
    INFO(method);
    const auto searcher = made_for(method, mixed, 2, 1);
    const Proposal many = searcher->ask({TrialNumber{0}, {}}, 300);
    CHECK(many.suggestions.size() == 300);
    CHECK_FALSE(many.finished);
  }
}

TEST_CASE("outcomes with another number of losses are passed over") {
  for (const std::string& method : methods) {
    INFO(method);
    const auto searcher = made_for(method, mixed, 2, 1);
    for (int number = 0; number < 60; ++number) {
      const Suggestion suggestion = searcher->ask({TrialNumber{number}, {}}, 1).suggestions.at(0);
      const std::vector<double> losses(static_cast<std::size_t>(1 + number % 3), 0.5);
      searcher->tell({suggestion, Ending::completed, losses, 1});
    }
    CHECK(searcher->ask({TrialNumber{60}, {}}, 4).suggestions.size() == 4);
  }
}

TEST_CASE("losses at the ends of what a number can hold are survived") {
  for (const std::string& method : methods) {
    INFO(method);
    const auto searcher = made_for(method, mixed, 2, 1);
    for (int number = 0; number < 150; ++number) {
      const Suggestion suggestion = searcher->ask({TrialNumber{number}, {}}, 1).suggestions.at(0);
      const double huge = number % 2 ? 1.7e308 : -1.7e308;
      searcher->tell({suggestion, Ending::completed, {huge, number % 3 ? -huge : 0.0}, 1});
    }
    for (const Suggestion& suggestion : searcher->ask({TrialNumber{150}, {}}, 4).suggestions)
      CHECK(mixed.contains(suggestion.point));
  }
}
