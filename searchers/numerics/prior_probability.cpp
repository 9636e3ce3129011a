#include "searchers/numerics/prior_probability.hpp"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <limits>
#include <numbers>

#include "searchers/numerics/normal.hpp"
#include "searchers/problem/overloaded.hpp"

namespace winnow::search {

double prior_below(const Prior& prior, double x) {
  return std::visit(
      Overloaded{[x](const NormalPrior& normal) {
                   return normal_below((x - normal.mean) / normal.deviation);
                 },
                 [x](const LogNormalPrior& log_normal) {
                   if (x <= 0) return 0.0;
                   return normal_below((std::log(x) - log_normal.mean) / log_normal.deviation);
                 },
                 [x](const BetaPrior& beta) {
                   if (x <= 0) return 0.0;
                   return x >= 1 ? 1.0 : boost::math::ibeta(beta.a, beta.b, x);
                 }},
      prior);
}

double prior_log_density(const Prior& prior, double x) {
  const auto normal = [](double z, double deviation) {
    return -0.5 * z * z - std::log(deviation) - 0.5 * std::log(2 * std::numbers::pi);
  };
  return std::visit(
      Overloaded{
          [&](const NormalPrior& p) { return normal((x - p.mean) / p.deviation, p.deviation); },
          [&](const LogNormalPrior& p) {
            const double log_x = std::log(std::max(x, std::numeric_limits<double>::min()));
            return normal((log_x - p.mean) / p.deviation, p.deviation) - log_x;
          },
          [&](const BetaPrior& p) {
            constexpr double off_poles = 1e-9;
            const double at = std::clamp(x, off_poles, 1 - off_poles);
            return (p.a - 1) * std::log(at) + (p.b - 1) * std::log1p(-at) -
                   std::log(boost::math::beta(p.a, p.b));
          }},
      prior);
}

double prior_quantile(const Prior& prior, double p) {
  return std::visit(
      Overloaded{[p](const NormalPrior& normal) {
                   return normal.mean + normal.deviation * normal_quantile(p);
                 },
                 [p](const LogNormalPrior& log_normal) {
                   return std::exp(log_normal.mean + log_normal.deviation * normal_quantile(p));
                 },
                 [p](const BetaPrior& beta) { return boost::math::ibeta_inv(beta.a, beta.b, p); }},
      prior);
}

}  // namespace winnow::search
