// The median rule: a trial is stopped when the best loss it has reached so far is worse than the
// median of what the others had, on average, up to the same step. Knows nothing of how long a trial
// is; for curves that cross little.
//
// Source: Golovin et al. (2017), "Google Vizier: a service for black-box optimization",
// section 3.2.2. There only completed trials are compared with; here all that have come as far, so
// that the rule works from the first trials on and its own stops do not starve it.

#include <fmt/format.h>

#include <algorithm>

#include "searchers/stop_rules/stop_rule.hpp"

namespace winnow::search {
namespace {

/// The mean of its losses up to `step`; nothing when it has not come as far.
std::optional<double> running_mean(const LearningCurve& curve, std::int64_t step) {
  if (curve.back().step < step) return std::nullopt;
  double sum = 0;
  int count = 0;
  for (const CurvePoint& point : curve) {
    if (point.step > step) break;
    sum += point.loss;
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / count;
}

/// Of an even number of values the greater of the middle two: in doubt the trial goes on.
double upper_median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

class MedianRule final : public StopRule {
 public:
  MedianRule(std::int64_t min_iter, std::int64_t min_trials)
      : min_iter_(min_iter), min_trials_(min_trials) {}

  std::optional<StopOrder> stop(const LearningCurve& curve, std::size_t judged,
                                const std::vector<const LearningCurve*>& others) const override {
    double best = curve.empty() ? 0 : curve.front().loss;
    for (std::size_t i = 0; i < curve.size(); ++i) {
      best = std::min(best, curve[i].loss);
      if (i < judged || curve[i].step < min_iter_) continue;
      std::vector<double> means;
      for (const LearningCurve* other : others) {
        if (const std::optional<double> mean = running_mean(*other, curve[i].step))
          means.push_back(*mean);
      }
      if (std::ssize(means) < min_trials_) continue;
      if (best > upper_median(means)) {
        return StopOrder{curve[i].step,
                         fmt::format("up to step {} its best is worse than the median of {} trials",
                                     curve[i].step, means.size())};
      }
    }
    return std::nullopt;
  }

 private:
  std::int64_t min_iter_;
  std::int64_t min_trials_;
};

// 5 trials: Optuna's n_startup_trials for the same rule; fewer make no median.
const StopRuleRegistration registration({
    .name = "median",
    .summary = "stops what is worse than the median of the others up to the same step",
    .citation = "Golovin et al. (2017), \"Google Vizier: a service for black-box optimization\"",
    .options = {{"min_iter", Integer{0, std::int64_t{1} << 53}, std::int64_t{0},
                 "steps before which nobody is stopped"},
                {"min_trials", Integer{1, 1'000'000}, std::int64_t{5},
                 "others that must have come as far"}},
    .make =
        [](const Options& options) {
          return std::make_unique<MedianRule>(options.integer("min_iter"),
                                              options.integer("min_trials"));
        },
});

}  // namespace
}  // namespace winnow::search
