// The life of one trial in the words everybody uses: a Suggestion is what a searcher proposes, a
// trial is that suggestion with an identity and a state, an Outcome is what the searcher learns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "searchers/problem/limits.hpp"
#include "searchers/problem/point.hpp"

namespace winnow {

/// A trial's number within its study, from 0, in the order of suggestion. Also its row id.
struct TrialNumber {
  std::int64_t value = -1;
  auto operator<=>(const TrialNumber&) const = default;
};

struct Suggestion {
  TrialNumber number = {};  // the k-th suggestion of the study; keys the randomness
  Point point = {};
  Budget budget = {};                      // the full budget unless multi-fidelity
  std::optional<TrialNumber> parent = {};  // continue from this trial's checkpoint
  std::vector<double> memo = {};           // the searcher's note to itself, handed back by tell
  bool operator==(const Suggestion&) const = default;
};

/// How a trial ended. `failed` covers crashes, non-finite objectives and infeasible points; the
/// reason is in the store.
enum class Ending { completed, stopped, failed, cancelled };

/// What a searcher learns: always in the minimising direction.
struct Outcome {
  Suggestion suggestion = {};
  Ending ending = Ending::completed;
  std::vector<double> losses = {};  // one per objective, finite; empty unless measured
  double elapsed_s = 0;
  /// Of each outcome constraint of the study, how far beyond it: 0 or less keeps it. Empty unless
  /// all were measured. Who breaks one has failed and has no losses.
  std::vector<double> excesses = {};
  bool operator==(const Outcome&) const = default;
};

//   queued → running → completed | stopped | failed | cancelled
//   queued → cancelled
//   running → queued     only by recovery or retry; an ended trial never changes again
enum class TrialState { queued, running, completed, stopped, failed, cancelled };

bool is_ended(TrialState state);
bool may_become(TrialState from, TrialState to);
TrialState state_of(Ending ending);

std::string_view to_text(TrialState state);
std::optional<TrialState> trial_state_from(std::string_view text);
std::string_view to_text(Ending ending);
std::optional<Ending> ending_from(std::string_view text);

/// One number reported by an attempt. NaN and infinities are kept as such.
struct Measurement {
  std::int64_t step = 0;
  std::string metric;
  double value = 0;
  double elapsed_s = 0;
  bool operator==(const Measurement&) const = default;
};

}  // namespace winnow
