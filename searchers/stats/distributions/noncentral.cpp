#include "searchers/stats/distributions/noncentral.hpp"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/non_central_chi_squared.hpp>
#include <boost/math/distributions/non_central_f.hpp>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <boost/math/tools/roots.hpp>
#include <cmath>

namespace winnow::stats {
namespace {

constexpr double largest_by_series = 100;
// Of F and χ², whose series take time in proportion to the root of λ and count in ints: beyond, a
// statistic's own chance is less than 3e-4 of it.
constexpr double largest_lambda_by_series = 1e8;

// P(T ≥ t) for noncentrality δ and t of the same sign, t > 0: T ≥ t where the standard deviation s
// is small, s < (δ + Z) / t. Integrated over u = t s − δ, along which Φ(−u) falls from 1 to 0:
// along s that difference of large numbers would lose the digits that the rule looks for.
double upper_by_integral(double t, double degrees, double delta) {
  const boost::math::chi_squared_distribution<double> squared(degrees);
  const boost::math::normal_distribution<double> normal;
  const auto deviation_at = [&](double u) { return std::max(0.0, (delta + u) / t); };
  const auto deviation_below = [&](double s) { return s > 0 ? cdf(squared, degrees * s * s) : 0; };
  const auto density = [&](double s) {
    return s > 0 ? 2 * degrees * s * pdf(squared, degrees * s * s) : 0;
  };
  constexpr double reach = 9;                         // Φ(−9) = 1e-19
  const double spread = 12 / std::sqrt(2 * degrees);  // of s about 1, generously
  const double low = std::max(-delta, -reach);
  const double from = std::clamp(t * (1 - spread) - delta, low, reach);
  const double to = std::clamp(t * (1 + spread) - delta, low, reach);
  const auto integrand = [&](double u) { return cdf(normal, -u) * density(deviation_at(u)) / t; };
  using Kronrod = boost::math::quadrature::gauss_kronrod<double, 31>;
  constexpr unsigned depth = 12;
  constexpr double tolerance = 1e-13;
  double inside = 0;
  if (from > low) inside += Kronrod::integrate(integrand, low, from, depth, tolerance);
  if (to > from) inside += Kronrod::integrate(integrand, from, to, depth, tolerance);
  if (reach > to) inside += Kronrod::integrate(integrand, to, reach, depth, tolerance);
  return std::min(1.0, deviation_below(deviation_at(low)) + inside);
}

bool is_far_off(double noncentrality) { return std::abs(noncentrality) > largest_by_series; }

// The noncentrality at which `excess`, rising with it, is zero.
template <class Excess>
double root_of(const Excess& excess, double low, double high) {
  std::uintmax_t steps = 200;
  const boost::math::tools::eps_tolerance<double> close(50);  // bits
  const auto [below, above] = boost::math::tools::toms748_solve(excess, low, high, close, steps);
  return below + (above - below) / 2;
}

// For statistics that cannot be negative: `lower(λ)` is P(statistic ≤ observed), falling with λ.
template <class Lower>
Interval nonnegative_interval(const Lower& lower, double level) {
  const double outside = outside_each_end(Tail::two_sided, level);
  const auto noncentrality = [&](double probability) {
    if (lower(0.0) <= probability) return 0.0;
    double high = 1;
    while (lower(high) > probability) high *= 2;
    return root_of([&](double lambda) { return probability - lower(lambda); }, 0.0, high);
  };
  return {.low = noncentrality(1 - outside), .high = noncentrality(outside), .level = level};
}

}  // namespace

double noncentral_t_upper(double t, double degrees, double noncentrality) {
  if (is_far_off(noncentrality)) {
    // So far off T has the sign of its noncentrality: the other one has less chance than 1e-2000.
    if (t * noncentrality <= 0) return noncentrality > 0 ? 1 : 0;
    return t > 0 ? upper_by_integral(t, degrees, noncentrality)
                 : 1 - upper_by_integral(-t, degrees, -noncentrality);
  }
  const boost::math::non_central_t_distribution<double> alternative(degrees, noncentrality);
  return cdf(complement(alternative, t));
}

double noncentral_t_lower(double t, double degrees, double noncentrality) {
  return noncentral_t_upper(-t, degrees, -noncentrality);
}

Interval noncentral_t_interval(double t, double degrees, double level) {
  const double outside = outside_each_end(Tail::two_sided, level);
  const auto low_excess = [&](double delta) {
    return noncentral_t_upper(t, degrees, delta) - outside;
  };
  const auto high_excess = [&](double delta) {
    return outside - noncentral_t_lower(t, degrees, delta);
  };
  double step = 4 + std::abs(t) / std::sqrt(2 * degrees);  // a few standard deviations of T
  double low = t - step, high = t + step;
  while (low_excess(low) > 0) low -= step *= 2;
  step = high - t;
  while (high_excess(high) < 0) high += step *= 2;
  // Each end lies between the observed statistic, doubtful as that is, and its bracket; a root may
  // lie on the other side of t for few degrees of freedom, so the brackets reach across.
  return {.low = root_of(low_excess, low, high),
          .high = root_of(high_excess, low, high),
          .level = level};
}

Interval noncentral_f_interval(double f, double numerator, double denominator, double level) {
  if (numerator * f > largest_lambda_by_series) {
    // What is left to vary is the denominator.
    const boost::math::chi_squared_distribution<double> squared(denominator);
    const double outside = outside_each_end(Tail::two_sided, level);
    const double per_mean_square = numerator * f / denominator;
    return {.low = per_mean_square * quantile(squared, outside),
            .high = per_mean_square * quantile(complement(squared, outside)),
            .level = level};
  }
  const auto lower = [&](double lambda) {
    using Alternative = boost::math::non_central_f_distribution<double>;
    return cdf(Alternative(numerator, denominator, lambda), f);
  };
  return nonnegative_interval(lower, level);
}

Interval noncentral_chi_squared_interval(double statistic, double degrees, double level) {
  if (statistic > largest_lambda_by_series) {
    // The length of a normal vector about a point so far away is normal about √λ.
    const boost::math::normal_distribution<double> normal;
    const double z = quantile(complement(normal, outside_each_end(Tail::two_sided, level)));
    const double length = std::sqrt(statistic);
    return {
        .low = (length - z) * (length - z), .high = (length + z) * (length + z), .level = level};
  }
  const auto lower = [&](double lambda) {
    using Alternative = boost::math::non_central_chi_squared_distribution<double>;
    return cdf(Alternative(degrees, lambda), statistic);
  };
  return nonnegative_interval(lower, level);
}

}  // namespace winnow::stats
