// Some trials of a study side by side, as people and programs see them. How their fresh replicates
// are tested is in orchestrator/decision/trial_comparison.hpp.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/report/table.hpp"
#include "searchers/stats/result.hpp"
#include "storage/records.hpp"

namespace winnow::run {

/// Two settings on the fresh seeds that both ran under. Differences are first − second, in the
/// metric as measured.
struct PairedComparison {
  TrialNumber first, second;
  int pairs = 0;
  int dropped_pairs = 0;  // seeds under which one of the two failed
  double mean_difference = 0;
  std::optional<stats::Interval> interval;  // of the mean, 95 %, Student's t
  std::optional<double> p;                  // exact sign-flip test; nothing: refused
  std::optional<double> p_holm;             // corrected for all pairs that were tested
  std::string refusal;                      // why there is no p
  /// One of them left the race by what these seeds showed, so that its p-value is too small.
  bool is_stopped_early = false;
};

struct TrialComparison {
  std::string study;
  std::vector<store::TrialRow> trials;  // in the order in which they were named
  std::string metric;                   // of the pairs
  std::vector<PairedComparison> pairs;  // of settings that have fresh replicates
};

/// Names of the parameters in which the trials do not all agree, in the order of the first.
std::vector<std::string> differing_parameters(const std::vector<store::TrialRow>& trials);

/// {"version":1,"study":…,"trials":[{…trial…}],"differing":[…],"metric":…,"pairs":[{"first":3,
/// "second":7,"pairs":12,"dropped_pairs":0,"difference":…,"interval":[…],"p":…,"p_holm":…,
/// "refusal":…,"stopped_early":false}]}; what does not apply is null.
nlohmann::ordered_json as_json(const TrialComparison& comparison);

/// A column for each trial: what differs and every metric; below, a line for each pair.
std::string as_text(const TrialComparison& comparison, std::size_t width);

/// For programs: a row for each trial, as trials_for_programs has them.
Table comparison_table(const TrialComparison& comparison);

}  // namespace winnow::run
