// Words of the event log: what happened and no other row says. Those of `is_trial_state` say what
// state a trial is in from then on; only the store writes them, and verify() compares them with the
// state columns.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "searchers/problem/error.hpp"
#include "searchers/problem/trial.hpp"

namespace winnow::store::events {

/// detail: {"session": its number, "spec_hash": of the study's form}
inline constexpr std::string_view session_began = "session_began";
inline constexpr std::string_view build_recorded = "build_recorded";  // detail: {"build": …}
inline constexpr std::string_view session_ended = "session_ended";
inline constexpr std::string_view trial_added =
    "trial_added";  // queued; not when it is started at once
inline constexpr std::string_view attempt_started = "attempt_started";  // running
inline constexpr std::string_view trial_requeued = "trial_requeued";    // queued
inline constexpr std::string_view stop_ordered = "stop_ordered";        // detail: {"cause": …}
inline constexpr std::string_view example_scores_added = "example_scores_added";
inline constexpr std::string_view decision_added = "decision_added";
inline constexpr std::string_view trial_enqueued = "trial_enqueued";  // its point is a user's
/// detail: what, before, after, and the new form's spec_hash
inline constexpr std::string_view study_changed = "study_changed";
/// detail: {"files": […]}, what the files that trials read are when the study begins, or goes on
/// with others
inline constexpr std::string_view inputs_recorded = "inputs_recorded";
/// From here on only some of what the attempt reports has rows; its report file has all.
inline constexpr std::string_view reports_sampled = "reports_sampled";
/// detail: {"reason": …}, why the search goes on as it does from this trial on
inline constexpr std::string_view search_reason = "search_reason";
inline constexpr std::string_view study_ended = "study_ended";

/// Words of the ends of trials: "trial_" and the state.
inline constexpr std::array<std::string_view, 4> trial_ends = {"trial_completed", "trial_stopped",
                                                               "trial_failed", "trial_cancelled"};

inline std::string_view trial_ended(TrialState state) {
  const auto word = std::ranges::find_if(trial_ends, [state](std::string_view end) {
    return end.substr(std::string_view("trial_").size()) == winnow::to_text(state);
  });
  expect(word != trial_ends.end(), "an ended trial has the state of an end");
  return *word;
}

inline bool is_trial_state(std::string_view kind) {
  return kind == trial_added || kind == attempt_started || kind == trial_requeued ||
         std::ranges::count(trial_ends, kind) > 0;
}

}  // namespace winnow::store::events
