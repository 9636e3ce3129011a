#include "searchers/problems/bench_problem.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <set>

#include "searchers/encoding/unit_cube.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/problems/further_functions.hpp"

using namespace winnow;
using namespace winnow::problems;

namespace {

Suggestion at(Point point, std::int64_t number = 0) {
  return {TrialNumber{number}, std::move(point)};
}

Point drawn(const SearchSpace& space, search::Rng& rng) {
  const search::UnitCube cube(space);
  std::vector<double> unit(cube.dimension());
  for (double& u : unit) u = rng.uniform();
  return cube.decode(unit);
}

}  // namespace

TEST_CASE("no point of a problem is better than its optimum, and each name is there once") {
  std::set<std::string> names;
  for (const BenchProblem& problem : bench_problems()) {
    INFO(problem.name);
    CHECK(names.insert(problem.name).second);
    search::Rng rng(1, 0, "points");
    std::vector<Outcome> ended;
    for (int i = 0; i < 300; ++i) {
      const Suggestion suggestion = at(drawn(problem.space, rng), i);
      const Outcome outcome = problem.evaluate(suggestion, 7);
      REQUIRE(outcome == problem.evaluate(suggestion, 7));
      CHECK((outcome.losses.size() == problem.objectives().size() ||
             outcome.ending == Ending::failed));
      CHECK(problem.gap({outcome}) >= -1e-12);
      ended.push_back(outcome);
    }
    if (problem.deviation == 0) CHECK(problem.gap(ended) <= problem.gap({ended[0]}));
  }
  CHECK(names.size() == 24);
}

TEST_CASE("the further problems reach their optima where they say") {
  using std::string;
  const Point best({{"model", string("d")},
                    {"kernel", string("k2")},
                    {"depth", std::int64_t{13}},
                    {"width", std::int64_t{128}},
                    {"rate", std::pow(10, -1.7)},
                    {"share", 0.3}});
  CHECK(mixed_training().gap({mixed_training().evaluate(at(best), 1)}) == Approx(0).margin(1e-15));
  const BenchProblem disk = rosenbrock_in_disk();
  const Point corner({{"x1", 1.0}, {"x2", 1.0}});
  CHECK_FALSE(broken_rule(disk.rules, corner));
  CHECK(broken_rule(disk.rules, Point({{"x1", 1.001}, {"x2", 1.0}})));
  CHECK(disk.gap({disk.evaluate(at(corner), 1)}) == 0);
}

TEST_CASE("about a third of the points fail where trials fail, the optimum does not") {
  const BenchProblem problem = failing_ackley();
  CHECK(problem.evaluate(at(ackley(5).minimizer), 1).ending == Ending::completed);
  search::Rng rng(2, 0, "points");
  int failed = 0;
  for (int i = 0; i < 1000; ++i)
    failed += problem.evaluate(at(drawn(problem.space, rng)), 1).ending == Ending::failed;
  CHECK(failed > 280);
  CHECK(failed < 450);
  CHECK(problem.gap({problem.evaluate(at(Point({{"x1", 20.0}, {"x2", 20.0}})), 1)}) ==
        std::numeric_limits<double>::infinity());
}

TEST_CASE("noise is of its size, differs between trials and does not count in the end") {
  const BenchProblem problem = noisy(single_objective(branin()), 2);
  double sum = 0, squares = 0;
  for (int i = 0; i < 2000; ++i) {
    const double error =
        problem.evaluate(at(branin().minimizer, i), 3).losses[0] - branin().optimum;
    sum += error;
    squares += error * error;
  }
  CHECK(std::abs(sum / 2000) < 0.15);                           // 3.4 standard errors
  CHECK(std::sqrt(squares / 2000) == Approx(2).epsilon(0.06));  // 3.8 of them
  CHECK(problem.gap({problem.evaluate(at(branin().minimizer, 0), 3)}) == Approx(0).margin(1e-12));
}

TEST_CASE("a problem is found by its name, those with fronts in any dimension") {
  CHECK(bench_problem("branin").space.size() == 2);
  CHECK(bench_problem("zdt1").space.size() == 30);
  CHECK(bench_problem("zdt1:6").space.size() == 6);
  for (const char* name : {"branin:3", "zdt1:4", "zdt1:x", "zdt1:", "branim"})
    CHECK_THROWS_AS(bench_problem(name), ConfigError);
}
