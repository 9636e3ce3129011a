#include "searchers/stats/distributions/studentized_range.hpp"

#include <algorithm>
#include <boost/math/constants/constants.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <cstdint>

#include "searchers/problem/error.hpp"

namespace winnow::stats {
namespace {

// Both integrals by the trapezoidal rule over the whole line, whose error falls exponentially with
// the step where the integrand is analytic and dies out (Trefethen, Weideman 2014, "The
// exponentially convergent trapezoidal rule"). Steps of a tenth for a normal density leave nothing
// of 1e-16.

double density(double z) {
  return std::exp(-z * z / 2) / boost::math::constants::root_two_pi<double>();
}
double below(double z) {
  return boost::math::erfc(-z / boost::math::constants::root_two<double>()) / 2;
}

// P(range of k standard normal values > w). With the largest at z the others lie within w below it
// with probability ((Φ(z) − Φ(z − w)) / Φ(z))^(k−1): k ∫ φ(z) Φ(z)^(k−1) (1 − (1 − r)^(k−1)) dz,
// r = Φ(z − w) / Φ(z), written so that small tails keep their digits.
double range_upper(double w, int k) {
  const double others = k - 1, step = 0.1;
  // The mass lies about w/2 (the two extremes share the distance) and within 9 on either side,
  // beyond which the density is below 1e-17 of it; more means only draw it nearer to the largest.
  double total = 0;
  for (double z = w / 2 - 9; z <= w / 2 + 9; z += step) {
    const double up_to_z = below(z);
    if (up_to_z == 0) continue;
    const double r = below(z - w) / up_to_z;
    const double outside = r < 1 ? -std::expm1(others * std::log1p(-r)) : 1;
    total += density(z) * std::pow(up_to_z, others) * outside;
  }
  return std::min(1.0, k * total * step);
}

// a ln a − a − ln Γ(a), whose terms cancel where a is large: Stirling's series from 100 on, the
// first term left out being below 1e-13.
double stirling_rest(double a) {
  if (a < 100) return a * std::log(a) - a - boost::math::lgamma(a);
  return std::log(a / boost::math::constants::two_pi<double>()) / 2 - 1 / (12 * a) +
         1 / (360 * a * a * a);
}

// Beyond this the deviation is 1 to 1e-10 of any tail of interest.
constexpr double practically_infinite = 1e10;
constexpr double log_of_nothing = -745;  // of the smallest double

}  // namespace

double studentized_range_upper(double q, int k, double degrees) {
  expect(k >= 2 && degrees >= 1, "a studentized range has two means and a degree of freedom");
  if (q <= 0) return 1;
  if (degrees > practically_infinite) return range_upper(q, k);
  // Over t = ln s of the deviation s = √(χ²/ν), in which the density is smooth for few degrees too:
  // 2 (½ν)^½ν / Γ(½ν) e^(ν t − ½ν e^2t).
  const double spread = 1 / std::sqrt(2 * degrees);  // of t
  const double log_constant = std::log(2.0) + stirling_rest(degrees / 2);
  // Right of the peak the density falls like e^(−ν s²/2). Left of it like e^(ν t), but small
  // deviations make the range count: the farther out q, the smaller.
  const double right = std::log1p(14 * spread);
  const double left = -std::log1p(q) - 40 / degrees - 10 * spread;
  const double step = std::min(spread / 2, 0.05);  // 0.1 costs digits from a hundred means on
  double total = 0;
  for (double t = right; t >= left; t -= step) {
    const double log_density = log_constant + degrees * (t - std::expm1(2 * t) / 2);
    if (log_density > log_of_nothing)
      total += std::exp(log_density) * range_upper(q * std::exp(t), k);
  }
  return std::min(1.0, total * step);
}

double studentized_range_quantile_upper(double probability, int k, double degrees) {
  expect(probability > 0 && probability < 1, "a probability lies between 0 and 1");
  const auto excess = [&](double q) {
    return std::log(studentized_range_upper(q, k, degrees) / probability);
  };
  double high = 4;
  while (excess(high) > 0) high *= 2;
  std::uintmax_t steps = 100;
  const boost::math::tools::eps_tolerance<double> close(44);  // bits: the integral's accuracy
  const auto [from, to] = boost::math::tools::toms748_solve(excess, 1e-8, high, close, steps);
  return (from + to) / 2;
}

}  // namespace winnow::stats
