#include "searchers/stats/assumptions/spread.hpp"

#include <cmath>

namespace winnow::stats {

Answer<TestResult> equal_spread(Groups groups, GroupCentre centre) {
  if (auto fault = fault_of_groups(groups, 1)) return *fault;
  std::vector<std::vector<double>> distances;
  for (const std::vector<double>& group : groups) {
    const double middle =
        centre == GroupCentre::mean ? mean(group) : quantile_of_sorted(sorted(group), 0.5);
    std::vector<double>& of_group = distances.emplace_back();
    for (double value : group) of_group.push_back(std::abs(value - middle));
  }
  const Answer<Anova> compared = one_way_anova(distances);
  if (!compared) {
    Refusal refusal = compared.refusal();
    if (refusal.cause == Cause::constant)
      refusal.reason = "no group's distances from its centre vary: their spread cannot be compared";
    return refusal;
  }
  TestResult result = compared->test;
  result.method = Method::approximate;
  return result;
}

}  // namespace winnow::stats
