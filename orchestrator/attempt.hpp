// One attempt to run a trial: what is asked for, how it ended as facts, and judge(), which turns
// the facts into what happens next. judge() decides and does nothing else.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "orchestrator/config/study_config.hpp"
#include "orchestrator/log_policy.hpp"
#include "orchestrator/process/gated_child.hpp"
#include "orchestrator/process/report_file.hpp"
#include "orchestrator/shortage.hpp"
#include "searchers/stop_rules/stop_rule.hpp"
#include "storage/records.hpp"

namespace winnow::run {

struct AttemptRequest {
  store::NewAttempt attempt;
  std::filesystem::path folder;  // absolute
  Launch launch;
  std::map<std::filesystem::path, std::string> files;  // written before the start
  std::vector<std::filesystem::path> folders;          // made before the start
  std::optional<double> timeout_s;
  std::optional<double> heartbeat_timeout_s;  // without anything new in its reports
  double grace_s = 30;
  std::vector<LogPolicy> log_policies = {};  // what lines of its log mean
  /// A living keeper to take over instead of starting one; reports are read from `report_offset`.
  std::optional<store::ProcessIdentity> adopt;
  double elapsed_s = 0;  // how long that one has run already
  std::int64_t report_offset = 0;
};

struct Exited {
  int code;
};
struct Signalled {
  int signal;
};
/// The program could not be started: an errno, and what was attempted when it is not the program
/// itself that cannot be executed.
struct NotStarted {
  int error;
  std::string doing = {};
};
/// The keeper is gone and left no record.
struct Vanished {};
using ProcessEnd = std::variant<Exited, Signalled, NotStarted, Vanished>;

using store::StopCause;

struct AttemptEnd {
  ProcessEnd process = Vanished{};
  StopCause stop_cause = StopCause::none;  // our order
  bool told_to_terminate = false;          // its keeper got a TERM: from us or from anybody else
  ReportFacts facts;
  store::ReportBatch last_reports;  // not yet committed
  double elapsed_s = 0;
  std::optional<double> cpu_s;
  std::optional<std::int64_t> max_rss_bytes;
  std::string report_file;   // as people may look for it: from the study's folder on
  std::string log_end;       // the last line of its log
  LoggedShortage shortage;   // of memory or disk space, in the words of its log
  std::string device_fault;  // why its device is of no use, in its log's or the driver's words
  std::string our_mistake;   // what went wrong in winnow itself while it saw to the attempt
  std::optional<LogMatch> policy = {};  // what the study says of a line of its log
  std::int64_t oom_kills = 0;           // by the kernel, of any process of the machine while it ran
  std::int64_t bound_kills = 0;  // and of its own processes, at the bound of resources.memory
};

/// Has the program done all it had to do? Many answer TERM with exit code 0, done or not: then only
/// their word (a `finished` line) counts.
bool has_finished(const AttemptEnd& end);

/// Is this what the machine has too little of at the moment, such as processes or disk space? What
/// could not be started for want of it is tried again; what fails otherwise will fail again.
bool is_passing_shortage(const ProcessEnd& process);

/// How an attempt ended, read from the keeper's record in `folder`; elapsed, CPU time, memory and
/// the last line of its log too, and what `policies` say of it.
void read_process_end(const std::filesystem::path& folder, const std::vector<LogPolicy>& policies,
                      AttemptEnd& end);

/// Who saw the attempt end: the orchestrator that started it, or a later one, which found it ended
/// or had adopted it.
enum class Witness { living, recovery };

struct TrialSoFar {
  store::MetricValues values;  // of every metric, aggregated; this attempt's reports included
  int counted_attempts = 0;    // earlier ones that count against the retries
  std::optional<std::int64_t> resumed_step = {};  // of the checkpoint this attempt started from
  /// Earlier attempts that started from the same place, were left without our order, and did not
  /// count.
  int uncounted_repeats = 0;
  /// It has fallen behind; `values` are those up to there.
  std::optional<search::StopOrder> early_stop = {};
  /// Where trials end at their first number that is not finite: an objective's, on the way.
  std::optional<Measurement> non_finite = {};
  int ended_for_memory = 0;         // earlier attempts that found too little memory on this machine
  int ended_for_device_memory = 0;  // and on their device
  int batch_halvings = 0;           // how many of those are tried again, with half the batch
};

/// The attempt's end as a row; the trial's end, or nothing: it is queued for another attempt.
struct Verdict {
  store::AttemptEndRow attempt;
  std::optional<store::TrialEndRow> trial;
};

Verdict judge(const AttemptEnd& end, const TrialSoFar& trial,
              const std::vector<Objective>& objectives, int retries, Witness witness,
              const std::vector<MetricBound>& bounds = {});

}  // namespace winnow::run
