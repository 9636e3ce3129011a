#include "searchers/numerics/normal.hpp"

#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <numbers>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

const double log_root_two_pi = 0.5 * std::log(2 * std::numbers::pi);
const double root_half = std::sqrt(0.5);

// erfcx(x) = exp(x²) erfc(x), x ≥ 0. From 25 on, where erfc underflows, by its asymptotic series
// (Abramowitz, Stegun 1964, 7.1.23), whose next term is below 1e-15 there.
double scaled_erfc(double x) {
  if (x < 25) return std::exp(x * x) * std::erfc(x);
  const double u = 1 / (2 * x * x);
  return (1 - u * (1 - 3 * u * (1 - 5 * u * (1 - 7 * u)))) / (x * std::sqrt(std::numbers::pi));
}

// ln(1 − e^x), x < 0. Maechler (2012), "Accurately computing log(1 − exp(−|a|))", equation (7).
double log_one_minus_exp(double x) {
  return x > -std::numbers::ln2 ? std::log(-std::expm1(x)) : std::log1p(-std::exp(x));
}

// Beyond this z, 1 − |z| √(π/2) erfcx(|z|/√2) ≈ 1/z² has lost half of its digits to cancellation,
// and the asymptotic series of h is exact to 1e-12.
constexpr double series_below = -25;

}  // namespace

double normal_density(double z) { return std::exp(-0.5 * z * z - log_root_two_pi); }

double normal_below(double z) { return 0.5 * std::erfc(-z * root_half); }

double normal_quantile(double p) {
  expect(p > 0 && p < 1, "a probability strictly between 0 and 1");
  return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * p);
}

double log_normal_below(double z) {
  if (z > -1) return std::log(normal_below(z));
  return -0.5 * z * z + std::log(0.5 * scaled_erfc(-z * root_half));
}

double log_normal_below_slope(double z) {
  return std::exp(-0.5 * z * z - log_root_two_pi - log_normal_below(z));
}

double log_h(double z) {
  if (z > -1) return std::log(normal_density(z) + z * normal_below(z));
  const double log_density = -0.5 * z * z - log_root_two_pi;
  if (z < series_below) {  // h = φ/z² (1 − 3/z² + 15/z⁴ − 105/z⁶ + 945/z⁸ …)
    const double u = 1 / (z * z);
    return log_density + std::log(u * (1 - 3 * u * (1 - 5 * u * (1 - 7 * u * (1 - 9 * u)))));
  }
  const double log_root_half_pi = 0.5 * std::log(std::numbers::pi / 2);
  return log_density +
         log_one_minus_exp(std::log(scaled_erfc(-z * root_half) * -z) + log_root_half_pi);
}

double log_h_slope(double z) { return std::exp(log_normal_below(z) - log_h(z)); }

}  // namespace winnow::search
