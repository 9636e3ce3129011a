// The rows of the study store as plain values: what goes in (New…, …End) and what comes out (…Row).
// Column by column they are explained in schema.sql.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "searchers/problem/metric_bound.hpp"
#include "searchers/problem/objective.hpp"
#include "searchers/problem/trial.hpp"

namespace winnow::store {

struct AttemptId {
  std::int64_t value = 0;
  auto operator<=>(const AttemptId&) const = default;
};
struct SessionId {
  std::int64_t value = 0;
  auto operator<=>(const SessionId&) const = default;
};

/// Numbers by metric name; NaN and infinities are allowed and kept.
using MetricValues = std::map<std::string, double>;

struct NewStudy {
  std::string name;
  std::string spec;  // JSON text
  std::string config_text;
  std::string config_path;
  std::uint64_t seed = 0;
  std::vector<Objective> objectives;
};

struct StudyRow : NewStudy {
  std::string winnow_version;
  std::string created_at;
  double run_time_s =
      0;  // of all sessions; of killed and living ones up to about their last commit
  std::optional<std::string> ending;
};

struct NewSession {
  std::int64_t pid = 0;
  std::string host;
  std::string boot_id;
  /// 128 random bits, the beginning of its attempts' tokens; nothing: each attempt brings its own.
  std::optional<std::string> token = {};
};

enum class Role { search, replicate, baseline };

/// Why an attempt was told to end before it was done, if it was.
enum class StopCause {
  none,
  study_stopping,
  timed_out,
  no_progress,
  early_stop,
  non_finite,  // it has reported a NaN, and the study ends trials at their first
  killed
};

/// Why a trial was not worth going on with, and the last step whose numbers count.
struct EarlyStop {
  std::int64_t last_step = 0;
  std::string reason;
  bool operator==(const EarlyStop&) const = default;
};

struct NewTrial {
  Suggestion suggestion;
  Role role = Role::search;
  std::uint64_t seed = 0;
  std::uint64_t data_seed = 0;
  std::optional<int> fold;
  int replicate = 0;
  std::int64_t history = 0;
};

struct NewAttempt {
  TrialNumber trial;
  int ordinal = 1;
  std::string token;
  int slot = 0;
  std::vector<int> gpus;
  std::string folder;
  std::optional<std::string> resumed_from;
  /// Measurements of earlier attempts beyond this step are superseded; needs resumed_from.
  std::optional<std::int64_t> resumed_step;
};

/// Who the keeper of an attempt is: a pid alone may be used again.
struct ProcessIdentity {
  std::int64_t pid = 0;
  std::int64_t started = 0;  // clock ticks since boot, field 22 of /proc/PID/stat
  std::string boot_id;
  bool operator==(const ProcessIdentity&) const = default;
};

/// A measurement and the byte offset of its report line. `is_final`: what the trial says it ended
/// with (a `finished` line), which may repeat an earlier step.
struct ReportedMeasurement {
  std::int64_t line = 0;
  Measurement measurement;
  bool is_final = false;
};
struct ReportedCheckpoint {
  std::int64_t step = 0;
  std::string path;
};

/// What was read from a report file since the last commit; `offset` is where reading goes on,
/// `elapsed_s` how long the attempt had run by then.
struct ReportBatch {
  std::vector<ReportedMeasurement> measurements;
  std::vector<ReportedCheckpoint> checkpoints;
  std::int64_t offset = 0;
  double elapsed_s = 0;
  /// From here on the attempt's rows are only some of what its file has.
  bool begins_sampling = false;
};

/// What an attempt has used so far, as far as it is known.
struct ResourceUse {
  std::optional<double> cpu_s;
  std::optional<std::int64_t> max_rss_bytes;     // of its largest process
  std::optional<std::int64_t> gpu_memory_bytes;  // at most, over all its devices
  std::optional<double> gpu_utilisation;         // mean over time and devices, 0 to 1
  std::optional<double> gpu_energy_j;
  bool operator==(const ResourceUse&) const = default;
};

/// How long an attempt has run so far, and what it has used.
struct AttemptTime {
  AttemptId attempt;
  double elapsed_s = 0;
  ResourceUse use = {};
};

/// How an attempt ended, as facts. `ending` is one word: finished, infeasible, can_continue,
/// interrupted, crashed, config_wrong, no_metric, non_finite, reports_lost, timed_out, no_progress,
/// result_oom, oom_host, disk_full, device_lost, stopped, killed, lost, not_started,
/// orchestrator_fault.
struct AttemptEndRow {
  std::string ending;
  bool counts = true;  // against the trial's retries
  std::optional<int> exit_code;
  std::optional<int> signal;
  std::string message;
  double elapsed_s = 0;
  std::optional<double> cpu_s;
  std::optional<std::int64_t> max_rss_bytes;
};

/// How a trial ended; `told` is the position of its outcome in the order of tells.
struct TrialEndRow {
  Ending ending = Ending::completed;
  std::string reason;
  MetricValues values;
  std::optional<std::int64_t> told;
  /// Of a trial that was stopped early: what it reported beyond is superseded.
  std::optional<std::int64_t> last_step = {};
};

/// A trial that was run elsewhere: its point, and what became of it.
struct KnownTrial {
  Point point;
  TrialEndRow end;
};

/// What a study knows before its first trial. `record`: where it is from, a JSON object.
struct KnownTrials {
  std::vector<KnownTrial> trials;
  std::string record = "{}";
  std::vector<std::string> prior_studies = {};  // JSON objects: what was measured elsewhere
};

struct TrialRow {
  NewTrial trial;
  TrialState state = TrialState::queued;
  std::string reason;
  MetricValues values;
  std::optional<std::int64_t> told;
  int attempts = 0;
  double elapsed_s = 0;  // of all attempts; of one that runs, up to the last commit that knew
};

/// What a searcher was told of a trial, and what the study's limits count besides.
struct ToldTrial {
  Outcome outcome;
  bool is_infeasible = false;
};

struct AttemptRow {
  AttemptId id;
  NewAttempt attempt;
  std::string state;
  StopCause stop_cause = StopCause::none;  // on record before the signal was sent
  std::optional<EarlyStop> early_stop;     // with that cause
  std::optional<ProcessIdentity> process;
  std::int64_t report_offset = 0;
  double elapsed_s = 0;  // up to the last commit that knew
  ResourceUse use;       // likewise
  std::string started_at;
  std::optional<AttemptEndRow> end;
};

/// What an attempt was started by.
struct AttemptCode {
  std::string winnow_version;
  std::string build;      // "" where it is not on record
  std::string spec_hash;  // of the study's normalised form at that time; likewise
  bool operator==(const AttemptCode&) const = default;
};

struct CheckpointRow {
  AttemptId attempt;
  std::int64_t step = 0;
  std::string path;
};

struct TrialCounts {
  std::int64_t queued = 0, running = 0, completed = 0, stopped = 0, failed = 0, cancelled = 0;
  std::int64_t infeasible = 0;  // of the failed ones, reason 'infeasible…'
  std::int64_t total() const { return queued + running + completed + stopped + failed + cancelled; }
};

struct EventRow {
  std::int64_t seq = 0;
  std::string kind;
  std::optional<TrialNumber> trial;
  std::optional<AttemptId> attempt;
  std::string detail;  // JSON object
  std::string at;
};

struct DecisionRow {
  std::string kind;
  std::optional<TrialNumber> trial;
  std::string record;  // JSON
  std::string at;
};

}  // namespace winnow::store
