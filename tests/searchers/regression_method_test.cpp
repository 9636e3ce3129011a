#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

#include "tests/searchers/method_support.hpp"

using namespace winnow;
using namespace winnow::search;
using std::int64_t;
using std::string;

namespace {

const SearchSpace mixed({{"kind", Categorical{{string("a"), string("b")}}},
                         {"n", Integer{1, 40}},
                         {"x", Real{0, 1}},
                         {"y", Real{1e-4, 1e-1, Scale::log}}});

double number(const Point& point, const char* name) { return as_number(*point.find(name)); }

// Quadratic in the coordinates of the unit cube; least at b, 13, 0.3, 1e-3.
double bowl(const Point& point) {
  const double n = (number(point, "n") - 13) / 40, x = number(point, "x") - 0.3;
  const double y = (std::log10(number(point, "y")) + 3) / 3;
  const bool is_b = std::get<string>(*point.find("kind")) == "b";
  return 2 * n * n + x * x + 3 * y * y + x * y + n * y + (is_b ? 0 : 0.2);
}

std::vector<Suggestion> searched(Searcher& searcher, int trials,
                                 const std::function<double(const Point&)>& loss) {
  std::vector<Suggestion> all;
  for (int64_t trial = 0; trial < trials; ++trial) {
    all.push_back(searcher.ask({TrialNumber{trial}, {}}, 1).suggestions.at(0));
    searcher.tell({all.back(), Ending::completed, {loss(all.back().point)}, 1});
  }
  return all;
}

double side(const Suggestion& suggestion) { return suggestion.memo.at(1); }

}  // namespace

TEST_CASE("regression reads the minimum of a quadratic off its first surface") {
  const auto searcher = made("regression", mixed);
  const std::vector<Suggestion> all = searched(*searcher, 60, bowl);
  const auto first = std::find_if(all.begin(), all.end(),
                                  [](const Suggestion& each) { return each.memo.at(0) == -2; });
  REQUIRE(first != all.end());
  CHECK(side(*first) == 1);
  CHECK(first->memo.at(3) > 0.999);  // R² of rows left out
  CHECK(first->memo.at(4) == -1);    // nothing was repeated: no test of the form
  CHECK(number(first->point, "n") == 13);
  CHECK(number(first->point, "x") == Approx(0.3).margin(1e-3));
  CHECK(std::log10(number(first->point, "y")) == Approx(-3).margin(1e-3));
}

TEST_CASE("repeated settings decide whether a quadratic is enough") {
  // A wave of three periods, and a parabola; both measured twice at each setting, up to 0.001.
  const SearchSpace line({{"x", Real{0, 1}}});
  const auto wave = [](double x) { return 1 + std::sin(6 * std::numbers::pi * x) + x / 10; };
  const auto parabola = [](double x) { return (x - 0.375) * (x - 0.375); };
  const auto first_minimum = [&](const std::function<double(double)>& f) {
    const auto searcher = made("regression", line, {{"initial", int64_t{16}}});
    for (int k = 0; k < 16; ++k) {
      const Point point({{"x", (k / 2 + 0.5) / 8}});
      const double loss = f(number(point, "x")) + (k % 2 ? 0.001 : 0) * (k % 3);
      searcher->tell({foreign(k, point), Ending::completed, {loss}, 1});
    }
    for (int64_t trial = 16; trial < 60; ++trial) {
      const Suggestion next = searcher->ask({TrialNumber{trial}, {}}, 1).suggestions.at(0);
      if (next.memo.at(0) == -2) return next;
      searcher->tell({next, Ending::completed, {f(number(next.point, "x"))}, 1});
    }
    return Suggestion{};
  };
  const Suggestion of_parabola = first_minimum(parabola);
  REQUIRE(of_parabola.number.value == 16);  // no trial was needed to find it
  CHECK(side(of_parabola) == 1);
  CHECK(of_parabola.memo.at(4) > 0.05);
  CHECK(number(of_parabola.point, "x") == Approx(0.375).margin(0.01));
  CHECK(side(first_minimum(wave)) <= 0.25);
}

TEST_CASE("regions shrink around a minimum that is no parabola's, and choices stay at the best") {
  const auto quartic = [](const Point& point) {
    return bowl(point) + 40 * std::pow(number(point, "x") - 0.3, 4);
  };
  const std::vector<Suggestion> all =
      searched(*made("regression", mixed, {{"initial", int64_t{40}}}), 160, quartic);
  double least = 1e300;
  for (const Suggestion& suggestion : all) {
    least = std::min(least, quartic(suggestion.point));
    if (suggestion.number.value > 80 && suggestion.memo.at(0) < 0)
      CHECK(std::get<string>(*suggestion.point.find("kind")) == "b");
  }
  CHECK(least < 1e-5);
  CHECK(side(all.back()) < 0.5);
}

TEST_CASE("losses that are all alike, huge or failed leave regression searching") {
  const auto evaluate = [](int kind, int64_t trial, const Suggestion& suggestion) -> Outcome {
    if (kind == 0) return {suggestion, Ending::completed, {1}, 1};
    if (kind == 1) return {suggestion, Ending::completed, {trial % 2 ? 1.7e308 : -1.7e308}, 1};
    if (trial % 2) return {suggestion, Ending::failed, {}, 1};
    return {suggestion, Ending::completed, {1.0 / (1 + static_cast<double>(trial))}, 1};
  };
  for (int kind = 0; kind < 3; ++kind) {
    const auto searcher = made("regression", mixed);
    for (int64_t trial = 0; trial < 120; ++trial) {
      const Proposal proposal = searcher->ask({TrialNumber{trial}, {}}, 1);
      REQUIRE(proposal.suggestions.size() == 1);
      CHECK(mixed.contains(proposal.suggestions[0].point));
      searcher->tell(evaluate(kind, trial, proposal.suggestions[0]));
    }
  }
}
