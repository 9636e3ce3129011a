#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

#include "searchers/problems/test_functions.hpp"
#include "tests/searchers/method_support.hpp"

using namespace winnow;
using namespace winnow::search;
using std::int64_t;
using std::string;

namespace {

using Loss = std::function<double(const Point&)>;

// Points of a study of so many trials, in order.
std::vector<Point> studied(Searcher& searcher, const Loss& loss, int64_t trials) {
  std::vector<Point> points;
  for (int64_t number = 0; number < trials; ++number) {
    const Proposal proposal = searcher.ask({TrialNumber{number}, {}}, 1);
    if (proposal.suggestions.empty()) break;
    points.push_back(proposal.suggestions[0].point);
    searcher.tell({proposal.suggestions[0], Ending::completed, {loss(points.back())}, 1});
  }
  return points;
}

double best_of(const std::vector<Point>& points, const Loss& loss) {
  double best = 1e300;
  for (const Point& point : points) best = std::min(best, loss(point));
  return best;
}

double number_in(const Point& point, const char* name) { return as_number(*point.find(name)); }

}  // namespace

TEST_CASE("cmaes descends an ill-conditioned rotated function to its minimum") {
  const problems::TestFunction function = problems::ellipsoid(6);
  const auto searcher = made("cmaes", function.space);
  CHECK(best_of(studied(*searcher, function.loss, 4000), function.loss) < 1e-8);
}

TEST_CASE("cmaes finds a minimum in a corner of the space") {
  const SearchSpace space({{"x", Real{0, 1}}, {"y", Real{0, 1}}, {"z", Real{0, 1}}});
  const Loss loss = [](const Point& p) {
    return number_in(p, "x") + 1 - number_in(p, "y") + std::abs(number_in(p, "z") - 0.3);
  };
  const auto searcher = made("cmaes", space);
  CHECK(best_of(studied(*searcher, loss, 800), loss) < 1e-3);
}

TEST_CASE("integers stay within reach when cmaes has settled") {
  const SearchSpace space(
      {{"x", Real{-5, 5}}, {"n", Integer{0, 20}}, {"m", Integer{1, 1000, Scale::log}}});
  // The best n depends on x, so that it must still move late.
  const Loss loss = [](const Point& p) {
    const double x = number_in(p, "x"), n = number_in(p, "n");
    return (x - 3) * (x - 3) + 0.1 * std::abs(n - 10 - 2 * std::round(x)) +
           std::abs(std::log(number_in(p, "m") / 50));
  };
  const auto searcher = made("cmaes", space);
  CHECK(best_of(studied(*searcher, loss, 1500), loss) < 1e-2);
}

TEST_CASE("cmaes prefers the choices of better samples") {
  const SearchSpace space(
      {{"x", Real{0, 1}},
       {"kind", Categorical{{string("a"), string("b"), string("c"), string("d")}}}});
  const Loss loss = [](const Point& p) {
    return std::abs(number_in(p, "x") - 0.3) + (*p.find("kind") == Value(string("c")) ? 0 : 1);
  };
  const auto searcher = made("cmaes", space, {{"restarts", false}});
  const std::vector<Point> points = studied(*searcher, loss, 400);
  int late = 0;
  for (std::size_t k = 300; k < points.size(); ++k)
    late += *points[k].find("kind") == Value(string("c"));
  CHECK(late > 70);
}

TEST_CASE("cmaes never waits and learns from samples of earlier distributions") {
  const problems::TestFunction function = problems::rosenbrock(5);
  const auto searcher = made("cmaes", function.space);
  std::vector<Suggestion> pending;
  int64_t next = 0;
  double best = 1e300;
  for (int told = 0; told < 3000; ++told) {
    while (pending.size() < 20) {  // more than two generations
      const Proposal proposal = searcher->ask({TrialNumber{next}, pending}, 1);
      REQUIRE(proposal.suggestions.size() == 1);
      pending.push_back(proposal.suggestions[0]);
      ++next;
    }
    const double loss = function.loss(pending.front().point);
    best = std::min(best, loss);
    searcher->tell({pending.front(), Ending::completed, {loss}, 1});
    pending.erase(pending.begin());
  }
  CHECK(best < 10);  // random search is at some hundreds by then
}

TEST_CASE("cmaes begins at the best tenth of other trials") {
  const SearchSpace space({{"x", Real{0, 1}}, {"y", Real{0, 1}}});
  const auto guided = made("cmaes", space), deaf = made("cmaes", space, {{"warm_start", false}});
  for (const auto& searcher : {guided.get(), deaf.get()})
    for (int64_t k = 0; k < 100; ++k) {
      const double x = 0.01 * static_cast<double>(k), y = std::fmod(7 * x, 1.0);
      searcher->tell(
          {foreign(k, Point({{"x", x}, {"y", y}})), Ending::completed, {std::abs(x - 0.9)}, 1});
    }
  const auto mean_x = [](const Searcher& searcher) {
    double sum = 0;
    for (const Suggestion& suggestion : searcher.ask({TrialNumber{100}, {}}, 100).suggestions)
      sum += number_in(suggestion.point, "x") / 100;
    return sum;
  };
  CHECK(std::abs(mean_x(*guided) - 0.9) < 0.1);
  CHECK(std::abs(mean_x(*deaf) - 0.5) < 0.15);
}

TEST_CASE("a population of cmaes too small to choose from is refused") {
  const SearchSpace space({{"x", Real{0, 1}}});
  CHECK_THROWS_WITH(made("cmaes", space, {{"population", int64_t{3}}}),
                    Catch::Contains("method_options.population") && Catch::Contains("at least 4"));
}
