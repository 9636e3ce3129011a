// A study as the searchers and the store see it: what is searched, for what, how, and how long. How
// a trial is run (program, slots, GPUs) is the orchestrator's StudyConfig.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "searchers/problem/limits.hpp"
#include "searchers/problem/metric_bound.hpp"
#include "searchers/problem/objective.hpp"
#include "searchers/problem/prior_study.hpp"
#include "searchers/problem/rules.hpp"
#include "searchers/problem/search_space.hpp"
#include "searchers/problem/selection.hpp"

namespace winnow {

/// `lag` absent: free, the freshest outcomes are used and the order is recorded. `lag` w: strict,
/// suggestion n depends only on outcomes of suggestions ≤ n − w.
struct Determinism {
  std::optional<int> lag;
  bool is_strict() const { return lag.has_value(); }
  bool operator==(const Determinism&) const = default;
};

/// Trials that fall behind are stopped: the rule of this name (searchers/stop_rules) says which.
struct EarlyTermination {
  std::string rule;
  std::map<std::string, Value> options;
  bool operator==(const EarlyTermination&) const = default;
};

struct StudySpec {
  std::string name;
  std::string description;
  SearchSpace space;
  Rules rules;                        // settled for `space`
  std::vector<Objective> objectives;  // at least one
  /// A search trial that breaks one ends as failed, infeasible, with the values it has.
  std::vector<MetricBound> outcome_constraints;
  std::string method;
  std::map<std::string, Value> method_options;
  std::uint64_t seed = 0;
  std::vector<Point> points;  // tried first, in this order; complete points of `space`
  /// In the study file only their sources: the store has the trials, as they were when this study
  /// began.
  std::vector<PriorStudy> prior_studies;
  Determinism determinism;
  Limits limits;
  /// What the method plans for where that is not limits.max_trials: 0 is no end. Stays as it was
  /// when the limit changes, so that the proposals still follow from the record.
  std::optional<std::int64_t> planned_trials;
  /// Trials 0 to this number − 1 were run elsewhere; the searcher is told them first. Not in the
  /// study file: the store has them.
  std::int64_t known_trials = 0;
  std::optional<EarlyTermination> early_termination;
  std::optional<SelectionSpec>
      selection;  // absent: the best score is chosen, and nothing is proven
  bool operator==(const StudySpec&) const = default;
};

}  // namespace winnow
