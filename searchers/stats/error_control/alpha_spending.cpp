#include "searchers/stats/error_control/alpha_spending.hpp"

#include <boost/math/constants/constants.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/tools/roots.hpp>
#include <cmath>

namespace winnow::stats {
namespace {

using Normal = boost::math::normal_distribution<double>;

void expect_times(const std::vector<double>& times) {
  double before = 0;
  for (double t : times) {
    expect(t > before && t <= 1, "information times rise from above 0 to 1 at most");
    before = t;
  }
}

double z_of(double two_sided_level) { return quantile(complement(Normal(), two_sided_level / 2)); }

// Sums S(t) of a Brownian motion that has stayed within the bounds at all looks so far: its density
// on a grid over the bounds, at the nodes of composite Gauss-Legendre quadrature of order 5.
class Survivors {
 public:
  // P(|S(t)| ≥ bound after staying inside so far), the next look being at time t.
  double chance_outside(double t, double bound) const {
    const Normal step(0, std::sqrt(t - time_));
    if (nodes_.empty()) return 2 * cdf(complement(step, bound));
    double chance = 0;
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      chance += weights_[i] * density_[i] *
                (cdf(complement(step, bound - nodes_[i])) + cdf(step, -bound - nodes_[i]));
    return chance;
  }

  void go_on(double t, double bound) {
    const Normal step(0, std::sqrt(t - time_));
    Survivors next;
    next.time_ = t;
    next.lay_grid(bound, std::sqrt(t - time_));
    for (double s : next.nodes_) {
      double density = 0;
      if (nodes_.empty()) density = pdf(step, s);
      for (std::size_t i = 0; i < nodes_.size(); ++i)
        density += weights_[i] * density_[i] * pdf(step, s - nodes_[i]);
      next.density_.push_back(density);
    }
    *this = std::move(next);
  }

 private:
  // Panels of a third of the step's standard deviation.
  void lay_grid(double bound, double step) {
    // Nodes and weights of Gauss and Legendre, order 5, on [−1, 1].
    const double inner = std::sqrt(5 - 2 * std::sqrt(10.0 / 7)) / 3;
    const double outer = std::sqrt(5 + 2 * std::sqrt(10.0 / 7)) / 3;
    const double inner_weight = (322 + 13 * std::sqrt(70.0)) / 900;
    const double outer_weight = (322 - 13 * std::sqrt(70.0)) / 900;
    const double places[] = {-outer, -inner, 0, inner, outer};
    const double shares[] = {outer_weight, inner_weight, 128.0 / 225, inner_weight, outer_weight};
    const auto panels = static_cast<int>(std::ceil(2 * bound / (step / 3)));
    const double half = bound / panels;
    for (int panel = 0; panel < panels; ++panel) {
      const double centre = -bound + (2 * panel + 1) * half;
      for (int i = 0; i < 5; ++i) {
        nodes_.push_back(centre + half * places[i]);
        weights_.push_back(half * shares[i]);
      }
    }
  }

  double time_ = 0;
  std::vector<double> nodes_, weights_, density_;
};

}  // namespace

double spent(double t, double alpha, Spending spending) {
  expect(t >= 0 && t <= 1, "an information time lies between 0 and 1");
  expect(alpha > 0 && alpha < 1, "a significance level lies between 0 and 1");
  if (t == 0) return 0;
  if (spending == Spending::pocock)
    return alpha * std::log1p((boost::math::constants::e<double>() - 1) * t);
  return 2 * cdf(complement(Normal(), z_of(alpha) / std::sqrt(t)));
}

std::vector<double> increments(const std::vector<double>& times, double alpha, Spending spending) {
  expect_times(times);
  std::vector<double> result;
  double before = 0;
  for (double t : times) {
    const double now = spent(t, alpha, spending);
    result.push_back(now - before);
    before = now;
  }
  return result;
}

std::vector<double> nominal_levels(const std::vector<double>& times,
                                   const std::vector<double>& to_spend) {
  expect_times(times);
  expect(times.size() == to_spend.size(), "each look has something to spend");
  Survivors survivors;
  std::vector<double> levels;
  for (std::size_t k = 0; k < times.size(); ++k) {
    expect(to_spend[k] > 0, "each look spends something");
    const double root_t = std::sqrt(times[k]);
    const auto excess = [&](double z) {  // rises with z
      return std::log(to_spend[k] / survivors.chance_outside(times[k], z * root_t));
    };
    // The look's own increment is its level if nothing was looked at before: z cannot be larger.
    const double high = z_of(to_spend[k]);
    double z = high;
    if (k > 0 && excess(high) > 0) {
      std::uintmax_t steps = 100;
      const boost::math::tools::eps_tolerance<double> close(44);  // bits
      const auto [from, to] = boost::math::tools::toms748_solve(excess, 0.0, high, close, steps);
      z = (from + to) / 2;
    }
    levels.push_back(2 * cdf(complement(Normal(), z)));
    survivors.go_on(times[k], z * root_t);
  }
  return levels;
}

double pocock_level(int looks, double alpha) {
  expect(looks >= 1, "a study is looked at once or more");
  const auto excess = [&](double z) {
    Survivors survivors;
    double chance = 0;
    for (int k = 1; k <= looks; ++k) {
      const double t = static_cast<double>(k) / looks, bound = z * std::sqrt(t);
      chance += survivors.chance_outside(t, bound);
      survivors.go_on(t, bound);
    }
    return std::log(alpha / chance);
  };
  const double low = z_of(alpha),
               high = z_of(alpha / looks);  // one look; looks that do not overlap
  if (looks == 1) return alpha;
  std::uintmax_t steps = 100;
  const boost::math::tools::eps_tolerance<double> close(44);  // bits
  const auto [from, to] = boost::math::tools::toms748_solve(excess, low, high, close, steps);
  return 2 * cdf(complement(Normal(), (from + to) / 2));
}

}  // namespace winnow::stats
