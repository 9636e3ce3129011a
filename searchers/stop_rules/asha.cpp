// Asynchronous successive halving, in the form that stops: when a trial reaches a rung (min_iter,
// min_iter·eta, min_iter·eta² … steps), it goes on only if its loss there is among the best 1/eta
// of all trials that have reached that rung so far. Nobody waits for anybody. For trials that show
// early what they are worth; with max_iter, nobody who has come that far is stopped.
//
// Sources: Li et al. (2020), "A system for massively parallel hyperparameter tuning"; the stopping
// form: Klein et al. (2020), "Model-based asynchronous hyperparameter and neural architecture
// search", section
// 2. Fewer than eta trials at a rung decide nothing, as there; equal losses share a rank, so that
// trials which are all alike go on.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "searchers/problem/error.hpp"
#include "searchers/stop_rules/stop_rule.hpp"

namespace winnow::search {
namespace {

LearningCurve::const_iterator first_at(const LearningCurve& curve, double step) {
  return std::ranges::find_if(
      curve, [step](const CurvePoint& point) { return static_cast<double>(point.step) >= step; });
}

class SuccessiveHalving final : public StopRule {
 public:
  SuccessiveHalving(double first_rung, double max_step, double eta)
      : first_rung_(first_rung), max_step_(max_step), eta_(eta) {}

  std::optional<StopOrder> stop(const LearningCurve& curve, std::size_t judged,
                                const std::vector<const LearningCurve*>& others) const override {
    double rung = first_rung_;
    for (double next = rung; next < max_step_; next *= eta_) {
      rung = std::ceil(next);
      const auto reached = first_at(curve, rung);
      if (reached == curve.end()) return std::nullopt;
      if (reached - curve.begin() < static_cast<std::ptrdiff_t>(judged)) continue;
      if (std::optional<StopOrder> order = judge(*reached, rung, others)) return order;
    }
    return std::nullopt;
  }

 private:
  std::optional<StopOrder> judge(const CurvePoint& own, double rung,
                                 const std::vector<const LearningCurve*>& others) const {
    int count = 1;
    int better = 0;
    for (const LearningCurve* other : others) {
      const auto reached = first_at(*other, rung);
      if (reached == other->end()) continue;
      ++count;
      if (reached->loss < own.loss) ++better;
    }
    if (count < eta_) return std::nullopt;
    const int promoted = static_cast<int>(std::floor(count / eta_));
    if (better < promoted) return std::nullopt;
    return StopOrder{
        own.step, fmt::format("at step {} it is number {} of {}, and the best {} go on", own.step,
                              better + 1, count, promoted)};
  }

  double first_rung_;
  double max_step_;
  double eta_;
};

std::unique_ptr<StopRule> make(const Options& options) {
  const auto min_iter = static_cast<double>(options.integer("min_iter"));
  const auto max_iter = static_cast<double>(options.integer("max_iter"));
  const auto brackets = static_cast<double>(options.integer("s"));
  const double eta = options.real("eta");
  if (brackets > 0 && max_iter == 0)
    throw ConfigError("early_terminate.s", "s counts rungs down from max_iter; give max_iter too");
  if (brackets > 0 && min_iter > 0)
    throw ConfigError("early_terminate.s",
                      "s and min_iter both say where the first rung is; keep one");
  if (max_iter > 0 && min_iter >= max_iter)
    throw ConfigError("early_terminate.min_iter", "the first rung has to lie below max_iter");
  const double counted = brackets > 0 ? std::ceil(max_iter / std::pow(eta, brackets)) : min_iter;
  return std::make_unique<SuccessiveHalving>(
      std::max(1.0, counted), max_iter > 0 ? max_iter : std::numeric_limits<double>::max(), eta);
}

// More steps than any training has; every integer up to there is a double.
constexpr std::int64_t most_steps = std::int64_t{1} << 53;

// eta 3: the ablation of Li et al. (2018), "Hyperband", section 2.6, finds 3 or 4 best.
const StopRuleRegistration registration({
    .name = "asha",
    .summary = "at rungs of 1, eta, eta² … steps the best 1/eta go on",
    .citation = "Li et al. (2020), \"A system for massively parallel hyperparameter tuning\"",
    .options = {{"min_iter", Integer{0, most_steps}, std::int64_t{0},
                 "steps at the first rung; 0: 1, or what max_iter and s make"},
                {"max_iter", Integer{0, most_steps}, std::int64_t{0},
                 "steps of a whole trial, where nobody is stopped any more; 0: not known"},
                {"eta", Real{1.5, 100}, 3.0, "one in so many goes on; rungs grow by it"},
                {"s", Integer{0, 60}, std::int64_t{0},
                 "rungs below max_iter, instead of min_iter"}},
    .make = make,
    .aliases = {"hyperband"},  // W&B's word for the same rungs
});

}  // namespace
}  // namespace winnow::search
