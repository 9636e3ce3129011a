// Is a running trial worth going on with? A stop rule compares learning curves and knows nothing
// else: no clock, no store, no state of its own, so that the same curves give the same answer after
// any crash. One file is one rule and registers itself, as a method does.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "searchers/options.hpp"

namespace winnow::search {

/// What a trial reported at a step, in the minimising direction; infinite where it was not finite.
struct CurvePoint {
  std::int64_t step = 0;
  double loss = 0;
  bool operator==(const CurvePoint&) const = default;
};
/// Steps strictly increasing.
using LearningCurve = std::vector<CurvePoint>;

/// The trial's numbers up to `step` count, later ones do not.
struct StopOrder {
  std::int64_t step = 0;
  std::string reason;  // "at step 9 it ranks 5th of 9, and the best 3 go on"
  bool operator==(const StopOrder&) const = default;
};

class StopRule {
 public:
  virtual ~StopRule() = default;
  /// The first point of `curve`, from index `judged` on, at which the trial is to be stopped;
  /// nothing: it goes on. The points before were judged when they were new. `others`: curves of the
  /// trials to compare with, none empty, the trial's own not among them.
  virtual std::optional<StopOrder> stop(const LearningCurve& curve, std::size_t judged,
                                        const std::vector<const LearningCurve*>& others) const = 0;
};

struct StopRuleEntry {
  std::string name;      // as in a study file
  std::string summary;   // one line
  std::string citation;  // author, year, title
  std::vector<OptionSpec> options;
  /// Throws ConfigError for options that contradict each other.
  std::function<std::unique_ptr<StopRule>(const Options&)> make;
  std::vector<std::string> aliases = {};  // further words for it in a study file
};

/// Its construction, as a static object, adds a rule.
class StopRuleRegistration {
 public:
  explicit StopRuleRegistration(StopRuleEntry entry);
};

/// All rules, by name.
std::vector<const StopRuleEntry*> stop_rules();
/// The rule of this name, or of which this is an alias; nullptr where there is none.
const StopRuleEntry* find_stop_rule(std::string_view name);

/// Throws ConfigError, places "early_terminate…": unknown rule, wrong options.
std::unique_ptr<StopRule> make_stop_rule(std::string_view name,
                                         const std::map<std::string, Value>& options);

}  // namespace winnow::search
