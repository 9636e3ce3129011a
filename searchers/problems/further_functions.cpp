#include "searchers/problems/further_functions.hpp"

#include <cmath>
#include <utility>

#include "searchers/problem/error.hpp"

namespace winnow::problems {
namespace {

double number(const Point& point, const char* name) { return as_number(*point.find(name)); }

double square(double x) { return x * x; }

std::size_t place(const Point& point, const SearchSpace& space, const char* name) {
  return static_cast<std::size_t>(*index_of(space.find(name)->domain, *point.find(name)));
}

Expression parsed(std::string_view text) {
  std::variant<Expression, ExpressionFault> expression = Expression::parse(text);
  expect(std::holds_alternative<Expression>(expression), "a constraint that can be read");
  return std::get<Expression>(std::move(expression));
}

}  // namespace

BenchProblem mixed_training() {
  using std::string;
  const SearchSpace space({
      {"model", Categorical{{string("a"), string("b"), string("c"), string("d"), string("e")}}},
      {"kernel",
       Categorical{{string("k1"), string("k2"), string("k3"), string("k4"), string("k5")}}},
      {"depth", Integer{1, 20}},
      {"width", Integer{8, 512, Scale::log}},
      {"rate", Real{1e-4, 1, Scale::log}},
      {"share", Real{0, 1}},
  });
  BenchProblem problem{"mixed6", space};
  problem.losses = [space](const Point& point) -> std::vector<double> {
    // What each choice costs, and where it wants its numbers: the best ones are "d" and "k2".
    constexpr double model_cost[] = {0.6, 0.3, 0.9, 0.0, 0.2};
    constexpr double model_rate[] = {-3.2, -2.6, -0.8, -1.7, -2.1};  // decimal logarithms
    constexpr double kernel_cost[] = {0.25, 0.0, 0.5, 0.1, 0.8};
    constexpr double kernel_depth[] = {4, 13, 9, 17, 2};
    const std::size_t model = place(point, space, "model"), kernel = place(point, space, "kernel");
    const double rate = std::log10(number(point, "rate")), depth = number(point, "depth");
    const double width = std::log2(number(point, "width"));
    return {model_cost[model] + kernel_cost[kernel] + square(rate - model_rate[model]) / 2 +
            square((depth - kernel_depth[kernel]) / 8) + square((width - 7) / 3) +
            square(number(point, "share") - 0.3) * (1 + model_cost[model])};
  };
  return problem;
}

BenchProblem rosenbrock_in_disk() {
  const SearchSpace space({{"x1", Real{-1.5, 1.5}}, {"x2", Real{-1.5, 1.5}}});
  BenchProblem problem{"rosenbrock_disk", space};
  problem.rules.constraints.push_back(parsed("x1 * x1 + x2 * x2 <= 2"));
  expect(settle(problem.rules, space).empty(), "constraints of the space's parameters");
  problem.losses = [](const Point& point) -> std::vector<double> {
    const double x = number(point, "x1"), y = number(point, "x2");
    return {100 * square(y - x * x) + square(1 - x)};
  };
  return problem;
}

BenchProblem failing_ackley() {
  BenchProblem problem = single_objective(ackley(5));
  problem.name = "failing_ackley5";
  problem.fails = [](const Point& point) { return number(point, "x1") + number(point, "x2") > 10; };
  return problem;
}

BenchProblem noisy(BenchProblem problem, double deviation) {
  problem.name = "noisy_" + problem.name;
  problem.deviation = deviation;
  return problem;
}

}  // namespace winnow::problems
