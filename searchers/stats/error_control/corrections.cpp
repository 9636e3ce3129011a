#include "searchers/stats/error_control/corrections.hpp"

#include <algorithm>
#include <numeric>

namespace winnow::stats {
namespace {

// Σ 1/i up to m, smallest terms first.
double harmonic(std::int64_t m) {
  double sum = 0;
  for (std::int64_t i = m; i >= 1; --i) sum += 1 / static_cast<double>(i);
  return sum;
}

// What the smallest p-value of m is multiplied by, and how that falls towards larger ones.
double factor_of_smallest(std::int64_t m, Correction correction) {
  const auto factor = static_cast<double>(m);
  return correction == Correction::benjamini_yekutieli ? factor * harmonic(m) : factor;
}

double factor_at(std::size_t place, double factor_of_first, Correction correction) {
  const auto k = static_cast<double>(place);
  if (correction == Correction::bonferroni) return factor_of_first;
  const bool counts_down = correction == Correction::holm || correction == Correction::hochberg;
  return counts_down ? factor_of_first - k + 1 : factor_of_first / k;
}

bool steps_down(Correction correction) {
  return correction == Correction::bonferroni || correction == Correction::holm;
}

}  // namespace

Answer<std::vector<double>> adjusted(Values p_values, Correction correction, std::int64_t family) {
  if (auto fault = fault_of(p_values, 0, "p-values")) return *fault;
  const std::size_t given = p_values.size();
  expect(family == 0 || family >= static_cast<std::int64_t>(given),
         "a family holds all hypotheses that are tested");
  expect(std::all_of(p_values.begin(), p_values.end(), [](double p) { return p >= 0 && p <= 1; }),
         "a p-value lies between 0 and 1");
  const double first =
      factor_of_smallest(family == 0 ? static_cast<std::int64_t>(given) : family, correction);
  std::vector<std::size_t> order(given);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> result(given);
  const auto raised = [&](std::size_t place) {
    return std::min(1.0, factor_at(place, first, correction) * p_values[order[place - 1]]);
  };
  double bound = steps_down(correction) ? 0 : 1;
  for (std::size_t step = 1; step <= given; ++step) {
    // Down: never below a smaller p-value's; up: never above a larger one's.
    const std::size_t place = steps_down(correction) ? step : given + 1 - step;
    bound =
        steps_down(correction) ? std::max(bound, raised(place)) : std::min(bound, raised(place));
    result[order[place - 1]] = bound;
  }
  return result;
}

}  // namespace winnow::stats
