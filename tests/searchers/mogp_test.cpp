// mogp at a few trials: the same steps as by default, fewer of them.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "searchers/numerics/hypervolume.hpp"
#include "searchers/problems/multi_objective_functions.hpp"
#include "searchers/registry.hpp"

using namespace winnow;
using namespace winnow::search;
using std::int64_t;
using std::string;

namespace {

const std::map<string, Value> quick = {
    {"candidates", int64_t{64}}, {"starts", int64_t{1}}, {"fit_evaluations", int64_t{6}}};

std::unique_ptr<Searcher> made_for(const string& method, const SearchSpace& space,
                                   std::size_t objectives, std::uint64_t seed) {
  std::vector<Objective> all;
  for (std::size_t j = 0; j < objectives; ++j) all.push_back({"f" + std::to_string(j)});
  const std::map<string, Value> options = method == "mogp" ? quick : std::map<string, Value>{};
  return make_searcher(method, options, {space, all, {}, seed, {}});
}

double share_found(const string& method, const problems::MultiObjectiveFunction& problem,
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

const SearchSpace mixed({{"kind", Categorical{{string("tree"), string("net")}}},
                         {"depth", Integer{1, 12}, {{"kind", {string("tree")}}}},
                         {"rate", Real{1e-4, 1, Scale::log}}});

}  // namespace

TEST_CASE("mogp finds more of a front in forty trials than evolution in four hundred") {
  for (std::uint64_t seed = 1; seed <= 2; ++seed)
    CHECK(share_found("mogp", problems::zdt1(5), seed, 40) >
          share_found("nsga2", problems::zdt1(5), seed, 400));
}

TEST_CASE("mogp searches more than three objectives by one weighting after the other") {
  // Distances to the corners of a square: what is inside of it is the front.
  const SearchSpace plane({{"x", Real{0, 4}}, {"y", Real{0, 4}}});
  const auto searcher = made_for("mogp", plane, 4, 1);
  int inside = 0;
  for (int number = 0; number < 40; ++number) {
    const Suggestion next = searcher->ask({TrialNumber{number}, {}}, 1).suggestions.at(0);
    const double x = as_number(*next.point.find("x")), y = as_number(*next.point.find("y"));
    const auto from = [&](double a, double b) { return std::hypot(x - a, y - b); };
    if (number >= 10) inside += x >= 0.95 && x <= 2.05 && y >= 0.95 && y <= 2.05;
    searcher->tell({next, Ending::completed, {from(1, 1), from(1, 2), from(2, 1), from(2, 2)}, 1});
  }
  CHECK(inside > 15);  // the square is a sixteenth of the plane
}

TEST_CASE("mogp stays away from where trials fail") {
  const SearchSpace plane({{"x", Real{0, 1}}, {"y", Real{0, 1}}});
  const auto searcher = made_for("mogp", plane, 2, 1);
  int late = 0;
  for (int number = 0; number < 50; ++number) {
    const Suggestion next = searcher->ask({TrialNumber{number}, {}}, 1).suggestions.at(0);
    const double x = as_number(*next.point.find("x")), y = as_number(*next.point.find("y"));
    if (number >= 25) late += x > 0.5;
    if (x > 0.5)  // the losses do not depend on x: without failures half of the points lie there
      searcher->tell({next, Ending::failed, {}, 1});
    else
      searcher->tell({next, Ending::completed, {y * y, (1 - y) * (1 - y)}, 1});
  }
  CHECK(late < 6);
}

TEST_CASE("whatever mogp is told, it proposes points of the space") {
  for (int kind = 0; kind < 4; ++kind) {
    INFO("kind " << kind);
    const auto searcher = made_for("mogp", mixed, 2, 1);
    for (int number = 0; number < 30; ++number) {
      const Suggestion next = searcher->ask({TrialNumber{number}, {}}, 1).suggestions.at(0);
      CHECK(mixed.contains(next.point));
      const double huge = number % 2 ? 1.7e308 : -1.7e308;
      if (kind == 0) searcher->tell({next, Ending::completed, {1, 1}, 1});
      if (kind == 1) searcher->tell({next, Ending::completed, {huge, number % 3 ? -huge : 0}, 1});
      if (kind == 2)  // some of another study, with another number of losses
        searcher->tell({next, Ending::completed,
                        std::vector<double>(static_cast<std::size_t>(1 + number % 3), number), 1});
      if (kind == 3) searcher->tell({next, Ending::failed, {}, 1});
    }
    const Proposal many = searcher->ask({TrialNumber{30}, {}}, 8);
    CHECK(many.suggestions.size() == 8);
  }
}
