// The trials that a study begins with: run elsewhere, told to its searcher before it proposes
// anything. They are rows like any other, without attempts.
#pragma once

#include "storage/records.hpp"
#include "storage/sqlite.hpp"

namespace winnow::store {

/// The kind of the decision that says how many there are and where they are from.
inline constexpr std::string_view known_trials_kind = "known_trials";

/// The kind of the decisions that hold what prior studies measured, one for each of them.
inline constexpr std::string_view prior_study_kind = "prior_study";

/// Rows, results and events of them all, numbered from 0 and told in this order, and one decision
/// with the record; and a decision for each prior study. Needs: an open transaction, a new store;
/// trials that ended.
void write_known_trials(Connection& connection, const KnownTrials& known);

}  // namespace winnow::store
