#include "searchers/numerics/minimize.hpp"

#include <cmath>
#include <limits>
#include <nlopt.hpp>
#include <utility>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

/// What NLopt calls back: the function, and the best point it was asked for. NLopt ends on its line
/// search's point, which need not be the best.
struct Run {
  const Differentiable& f;
  Minimum best;
  Eigen::VectorXd x, gradient;

  double operator()(const std::vector<double>& at, std::vector<double>& slope) {
    x = Eigen::Map<const Eigen::VectorXd>(at.data(), std::ssize(at));
    const double value = f(x, gradient);
    // A point where the function has no value is as bad as can be and gives no direction.
    const bool usable = std::isfinite(value) && gradient.allFinite();
    if (!usable) gradient.setZero();
    if (!slope.empty()) Eigen::Map<Eigen::VectorXd>(slope.data(), x.size()) = gradient;
    if (!usable) return std::numeric_limits<double>::max();
    if (value < best.value) best = {x, value};
    return value;
  }
};

double call(const std::vector<double>& at, std::vector<double>& slope, void* run) {
  return (*static_cast<Run*>(run))(at, slope);
}

std::vector<double> to_vector(const Eigen::VectorXd& x) { return {x.begin(), x.end()}; }

}  // namespace

Minimum minimize(const Differentiable& f, const Box& box, const Eigen::VectorXd& start,
                 const Effort& effort) {
  Run run{f,
          {start, std::numeric_limits<double>::infinity()},
          start,
          Eigen::VectorXd::Zero(start.size())};
  if (start.size() == 0) {
    run.best.value = f(start, run.gradient);
    return run.best;
  }
  nlopt::opt lbfgs(nlopt::LD_LBFGS, static_cast<unsigned>(start.size()));
  lbfgs.set_lower_bounds(to_vector(box.low));
  lbfgs.set_upper_bounds(to_vector(box.high));
  lbfgs.set_min_objective(call, &run);
  lbfgs.set_maxeval(effort.evaluations);
  lbfgs.set_ftol_rel(effort.relative_gain);
  lbfgs.set_ftol_abs(effort.absolute_gain);
  std::vector<double> x = to_vector(start);
  double value = 0;
  try {
    lbfgs.optimize(x, value);
  } catch (const nlopt::roundoff_limited&) {
    // No further step gains anything: that is an end like the others.
  } catch (const std::runtime_error&) {
    // "nlopt failure": the line search found no descent. The best point seen is the answer.
  }
  return run.best;
}

Minimum minimize(const Differentiable& f, const Box& box,
                 const std::vector<Eigen::VectorXd>& starts, const Effort& effort) {
  expect(!starts.empty(), "a start for the minimisation");
  Minimum best = minimize(f, box, starts[0], effort);
  for (std::size_t i = 1; i < starts.size(); ++i) {
    Minimum other = minimize(f, box, starts[i], effort);
    if (other.value < best.value) best = std::move(other);
  }
  return best;
}

}  // namespace winnow::search
