#include "searchers/numerics/prior_probability.hpp"

#include <boost/math/special_functions/beta.hpp>
#include <cmath>

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
