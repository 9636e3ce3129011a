#include "orchestrator/reported_values.hpp"

#include <algorithm>
#include <cmath>

namespace winnow::run {

std::optional<Measurement> first_non_finite(std::span<const Objective> objectives,
                                            std::span<const store::ReportedMeasurement> reported) {
  for (const auto& [line, measurement, is_final] : reported) {
    if (is_final || std::isfinite(measurement.value)) continue;
    const auto objective = std::ranges::find(objectives, measurement.metric, &Objective::metric);
    if (objective != objectives.end()) return measurement;
  }
  return std::nullopt;
}

std::optional<double> aggregate(const Objective& objective,
                                std::span<const store::ReportedMeasurement> reported) {
  if (reported.empty()) return std::nullopt;
  double last = reported.back().measurement.value;
  double sum = 0;
  std::int64_t samples = 0;
  std::optional<double> best;
  for (const auto& [line, measurement, is_final] : reported) {
    const double value = measurement.value;
    if (is_final) {
      last = value;
    } else {
      sum += value;
      ++samples;
    }
    if (std::isnan(value)) continue;
    if (!best || to_loss(objective, value) < to_loss(objective, *best)) best = value;
  }
  switch (objective.aggregate) {
    case Aggregate::last:
      return last;
    case Aggregate::mean:
      return samples > 0 ? sum / static_cast<double>(samples) : last;
    case Aggregate::best:
      return best.value_or(last);
  }
  return last;
}

}  // namespace winnow::run
