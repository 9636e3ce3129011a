// Words of the event log. Those of `trial_states` say what state a trial is in from then on; only
// the store writes them, and verify() compares them with the state columns.
#pragma once

#include <array>
#include <string_view>

namespace winnow::store::events {

inline constexpr std::string_view session_began = "session_began";
inline constexpr std::string_view session_ended = "session_ended";
inline constexpr std::string_view trial_added = "trial_added";          // queued
inline constexpr std::string_view attempt_started = "attempt_started";  // running
inline constexpr std::string_view trial_requeued = "trial_requeued";    // queued
inline constexpr std::string_view trial_ended = "trial_ended";          // detail: {"state": …}
inline constexpr std::string_view process_recorded = "process_recorded";
inline constexpr std::string_view stop_ordered = "stop_ordered";  // detail: {"cause": …}
inline constexpr std::string_view reports_added = "reports_added";
inline constexpr std::string_view attempt_ended = "attempt_ended";
inline constexpr std::string_view trial_told = "trial_told";
inline constexpr std::string_view example_scores_added = "example_scores_added";
inline constexpr std::string_view decision_added = "decision_added";
inline constexpr std::string_view trial_enqueued = "trial_enqueued";  // its point is a user's
inline constexpr std::string_view study_changed = "study_changed";    // detail: what, before, after
inline constexpr std::string_view study_ended = "study_ended";

inline constexpr std::array trial_states = {trial_added, attempt_started, trial_requeued,
                                            trial_ended};

}  // namespace winnow::store::events
