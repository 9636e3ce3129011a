#include "searchers/numerics/minimize.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace winnow::search;
using Eigen::VectorXd;

namespace {

double rosenbrock(const VectorXd& x, VectorXd& slope) {
  const double a = x[1] - x[0] * x[0], b = 1 - x[0];
  slope = VectorXd(2);
  slope << -400 * x[0] * a - 2 * b, 200 * a;
  return 100 * a * a + b * b;
}

VectorXd at(double x, double y) { return (VectorXd(2) << x, y).finished(); }

}  // namespace

TEST_CASE("a curved valley is followed to its minimum") {
  const Box box{at(-2, -2), at(2, 2)};
  const Minimum found = minimize(rosenbrock, box, at(-1.2, 1), {.evaluations = 200});
  CHECK((found.at - at(1, 1)).norm() < 1e-5);
  CHECK(found.value < 1e-10);
}

TEST_CASE("a minimum on the border is found there") {
  const Box box{at(-2, -2), at(0.5, 2)};
  const Minimum found = minimize(rosenbrock, box, at(-1.2, 1), {.evaluations = 200});
  CHECK(found.at[0] == Approx(0.5));
  CHECK(found.at[1] == Approx(0.25).epsilon(1e-4));
}

TEST_CASE("of several starts the best minimum counts, and no start makes it worse") {
  const Differentiable two_valleys = [](const VectorXd& x, VectorXd& slope) {
    slope = VectorXd::Constant(1, std::cos(3 * x[0]) * 3 + 0.2);
    return std::sin(3 * x[0]) + 0.2 * x[0];
  };
  const Box box{VectorXd::Constant(1, -3), VectorXd::Constant(1, 3)};
  const VectorXd left = VectorXd::Constant(1, -2.5), right = VectorXd::Constant(1, 1.5);
  const double from_right = minimize(two_valleys, box, right, {.evaluations = 50}).value;
  const double from_both =
      minimize(two_valleys, box, std::vector{right, left}, {.evaluations = 50}).value;
  CHECK(from_both < from_right - 0.5);
  CHECK(minimize(two_valleys, box, right, {.evaluations = 1}).value <= std::sin(4.5) + 0.3);
}

TEST_CASE("where the function has no value, the start is the answer") {
  const Differentiable nowhere = [](const VectorXd& x, VectorXd& slope) {
    slope = VectorXd::Zero(x.size());
    return std::numeric_limits<double>::quiet_NaN();
  };
  const Box box{at(0, 0), at(1, 1)};
  CHECK(minimize(nowhere, box, at(0.5, 0.5), {.evaluations = 20}).at == at(0.5, 0.5));
}

TEST_CASE("a function of nothing has one value") {
  const Differentiable seven = [](const VectorXd&, VectorXd&) { return 7.0; };
  CHECK(minimize(seven, {VectorXd(0), VectorXd(0)}, VectorXd(0), {.evaluations = 5}).value == 7);
}
