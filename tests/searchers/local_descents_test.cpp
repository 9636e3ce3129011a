#include <catch2/catch.hpp>
#include <cmath>

#include "tests/searchers/method_support.hpp"

using namespace winnow;
using namespace winnow::search;
using std::int64_t;
using std::string;

namespace {

const SearchSpace mixed({{"kind", Categorical{{string("a"), string("b")}}},
                         {"n", Integer{1, 9}},
                         {"x", Real{0, 1}},
                         {"y", Real{0, 1}}});

Point at(const char* kind, int64_t n, double x, double y) {
  return Point({{"kind", string(kind)}, {"n", n}, {"x", x}, {"y", y}});
}

double loss_at(const Point& point) {
  const double x = as_number(*point.find("x")), y = as_number(*point.find("y"));
  return (x - 0.31) * (x - 0.31) + 3 * (y - 0.62) * (y - 0.62) + x * y / 5;
}

}  // namespace

TEST_CASE("descents finish from the best point that is known, numbers only") {
  const auto searcher = made(GENERATE(as<string>{}, "bobyqa", "quasi_newton"), mixed);
  for (const Point& point : {at("a", 3, 0.9, 0.1), at("b", 7, 0.5, 0.5), at("a", 9, 0.1, 0.9)})
    searcher->tell({foreign(0, point), Ending::completed, {loss_at(point)}, 1});
  double least = 1e300;
  for (int64_t number = 1; number < 40; ++number) {
    const Suggestion suggestion = searcher->ask({TrialNumber{number}, {}}, 1).suggestions.at(0);
    if (number < 20) {
      CHECK(*suggestion.point.find("kind") == Value(string("b")));
      CHECK(*suggestion.point.find("n") == Value(int64_t{7}));
    }
    least = std::min(least, loss_at(suggestion.point));
    searcher->tell({suggestion, Ending::completed, {loss_at(suggestion.point)}, 1});
  }
  // The root of the gradient, 2x + y/5 = 0.62 and x/5 + 6y = 3.72.
  CHECK(least == Approx(loss_at(at("b", 7, 0.2488294314, 0.6117056856))).margin(1e-7));
}

TEST_CASE("while one descent waits for its trial others begin") {
  const auto searcher = made(GENERATE(as<string>{}, "bobyqa", "quasi_newton"), mixed);
  const Proposal proposal = searcher->ask({TrialNumber{0}, {}}, 12);
  REQUIRE(proposal.suggestions.size() == 12);
  for (std::size_t k = 0; k < 12; ++k)
    CHECK(proposal.suggestions[k].memo.at(0) == static_cast<double>(k));
}

TEST_CASE("a failed trial turns a descent away, not to its end") {
  const auto searcher = made(GENERATE(as<string>{}, "bobyqa", "quasi_newton"), mixed);
  double least = 1e300;
  for (int64_t number = 0; number < 80; ++number) {
    const Suggestion suggestion = searcher->ask({TrialNumber{number}, {}}, 1).suggestions.at(0);
    if (number % 7 == 3) {
      searcher->tell({suggestion, Ending::failed, {}, 1});
      continue;
    }
    least = std::min(least, loss_at(suggestion.point));
    searcher->tell({suggestion, Ending::completed, {loss_at(suggestion.point)}, 1});
  }
  CHECK(least < 0.05);
}

TEST_CASE("without numbers to move descents still try points") {
  const string method = GENERATE(as<string>{}, "bobyqa", "quasi_newton");
  const SearchSpace space(
      {{"kind", Categorical{{string("a"), string("b")}}}, {"n", Integer{1, 3}}});
  CHECK(run(*made(method, space), 20).size() == 6);
}
