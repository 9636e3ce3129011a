#include "orchestrator/attempt.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <signal.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <system_error>

#include "searchers/problem/error.hpp"
#include "trainer/protocol/exit_code.hpp"

namespace winnow::run {
namespace {

constexpr int finished_code = static_cast<int>(protocol::ExitCode::finished);
constexpr int config_wrong_code = static_cast<int>(protocol::ExitCode::config_wrong);
constexpr int can_continue_code = static_cast<int>(protocol::ExitCode::can_continue);

/// So often a trial may be left from the same place, by somebody else's TERM or in good order,
/// before it counts against the retries. Origin: a machine that goes down under a trial more often
/// than that without a new checkpoint in between is not what ends it; without a bound it would go
/// on for ever.
constexpr int uncounted_repeats_allowed = 5;

store::TrialEndRow failed(std::string reason, const TrialSoFar& trial) {
  return store::TrialEndRow{Ending::failed, std::move(reason), trial.values, std::nullopt};
}

/// Both the attempt's ending and the reason of the trial's.
Verdict failed_as(const std::string& word, const std::string& message, const TrialSoFar& trial,
                  Verdict verdict) {
  verdict.attempt.ending = word;
  verdict.attempt.message = message;
  verdict.trial = failed(word + ": " + message, trial);
  return verdict;
}

/// "crashed" in the words of a log line.
std::string crash_text(const ProcessEnd& process) {
  if (const auto* exited = std::get_if<Exited>(&process)) {
    return fmt::format("exit code {}", exited->code);
  }
  if (const auto* signalled = std::get_if<Signalled>(&process)) {
    return fmt::format("signal {} ({})", signalled->signal, ::strsignal(signalled->signal));
  }
  return "the process vanished without an exit record";
}

/// Nothing when all lines were understood.
std::string malformed_text(const ReportFacts& facts) {
  if (facts.malformed_lines == 0) return "";
  return fmt::format("{} malformed report line(s), the first: {}", facts.malformed_lines,
                     facts.first_malformed);
}

void add_sentence(std::string& message, const std::string& sentence) {
  if (sentence.empty()) return;
  message += (message.empty() ? "" : "; ") + sentence;
}

/// " in trials/0003/attempt-1/reports.jsonl, which has acc, loss": where to look for a metric.
std::string what_was_reported(const AttemptEnd& end, const TrialSoFar& trial) {
  if (end.report_file.empty()) return "";
  std::vector<std::string> names;
  for (const auto& [metric, value] : trial.values) names.push_back("'" + metric + "'");
  const std::string what = names.empty() ? "nothing" : fmt::format("{}", fmt::join(names, ", "));
  return fmt::format(" in {}, which has {}", end.report_file, what);
}

/// For who has not met the contract of trials yet.
std::string how_to_report(const std::string& metric, const std::string& log_end) {
  std::string text = fmt::format(
      "a program appends {{\"{}\": 0.5}} to the file WINNOW_REPORT_FILE, or trial.metrics_from "
      "finds the number in what it prints",
      metric);
  if (!log_end.empty()) text += ", which ends: " + log_end;
  return text;
}

/// A program that says it is done: done only with a finite value for every objective and every
/// bounded metric, and then only if the bounds are kept.
Verdict judge_finished(const AttemptEnd& end, const TrialSoFar& trial,
                       const std::vector<Objective>& objectives,
                       const std::vector<MetricBound>& bounds, const std::string& malformed,
                       Verdict verdict) {
  const auto fail = [&](const char* ending, std::string message, const std::string& advice = "") {
    add_sentence(message, malformed);
    add_sentence(message, advice);
    return failed_as(ending, message, trial, std::move(verdict));
  };
  std::vector<std::string> metrics;
  for (const Objective& objective : objectives) metrics.push_back(objective.metric);
  for (const MetricBound& bound : bounds) metrics.push_back(bound.metric);
  for (const std::string& metric : metrics) {
    const auto found = trial.values.find(metric);
    if (found == trial.values.end()) {
      return fail("no_metric",
                  fmt::format("exit code 0, but '{}' was never reported{}", metric,
                              what_was_reported(end, trial)),
                  trial.values.empty() ? how_to_report(metric, end.log_end) : "");
    }
    if (!std::isfinite(found->second))
      return fail("non_finite", fmt::format("{} is {}", metric, found->second));
  }
  if (std::string breach = first_breach(bounds, trial.values); !breach.empty())
    return fail("infeasible", std::move(breach));
  verdict.attempt.ending = "finished";
  verdict.attempt.message = malformed;
  verdict.trial = store::TrialEndRow{Ending::completed, "", trial.values, std::nullopt};
  return verdict;
}

/// It could not be started. For want of what the machine may have again it is tried again.
Verdict judge_not_started(const AttemptEnd& end, const TrialSoFar& trial, int retries,
                          Verdict verdict) {
  const auto& not_started = std::get<NotStarted>(end.process);
  verdict.attempt.ending = "not_started";
  verdict.attempt.message = not_started.doing.empty()
                                ? std::generic_category().message(not_started.error)
                                : not_started.doing;
  if (!is_passing_shortage(end.process) || trial.counted_attempts + 1 > retries) {
    verdict.trial = failed("not_started: " + verdict.attempt.message, trial);
  }
  return verdict;
}

/// Left before it was done, without our order: told to by somebody else, or in good order with a
/// checkpoint to go on from. Nothing when it was neither, or too often: a crash.
std::optional<Verdict> judge_left(const AttemptEnd& end, const TrialSoFar& trial, Verdict verdict) {
  if (trial.uncounted_repeats >= uncounted_repeats_allowed) return std::nullopt;
  verdict.attempt.counts = false;
  if (end.told_to_terminate || verdict.attempt.signal == SIGTERM) {
    verdict.attempt.ending = "interrupted";
    verdict.attempt.message = "somebody else sent TERM";
    return verdict;
  }
  const bool has_got_on =
      end.facts.newest_checkpoint && *end.facts.newest_checkpoint > trial.resumed_step.value_or(-1);
  if (verdict.attempt.exit_code != can_continue_code || !has_got_on) return std::nullopt;
  verdict.attempt.ending = "can_continue";
  return verdict;
}

/// A trial that reports nothing new hangs: like a crash, another attempt while there are retries
/// left.
Verdict judge_hung(const AttemptEnd& end, const TrialSoFar& trial, int retries, Verdict verdict) {
  verdict.attempt.ending = "no_progress";
  verdict.attempt.message = fmt::format(
      "nothing new in its reports for longer than trial.heartbeat_timeout, the last step was {}; "
      "ended after {:.1f} s",
      end.facts.last_step, end.elapsed_s);
  if (trial.counted_attempts + 1 > retries) {
    verdict.trial = failed("no_progress: " + verdict.attempt.message, trial);
  }
  return verdict;
}

/// Its first number that is not finite ends it, whatever came later, so that the same trial ends
/// the same way however fast it is.
Verdict judge_non_finite(const Measurement& first, const TrialSoFar& trial, Verdict verdict) {
  verdict = failed_as("non_finite",
                      fmt::format("{} is {} at step {} (trial.fail_fast_on_nan)", first.metric,
                                  first.value, first.step),
                      trial, std::move(verdict));
  verdict.trial->last_step = first.step;
  return verdict;
}

/// Too little memory of a device: that says something about the point, which needs as much on every
/// attempt, unless the study lets it try again with half the batch.
Verdict judge_device_memory(const AttemptEnd& end, const TrialSoFar& trial, Verdict verdict) {
  verdict.attempt.ending = "result_oom";
  verdict.attempt.message = end.shortage.line;
  if (trial.ended_for_device_memory < trial.batch_halvings) {
    verdict.attempt.counts = false;
    return verdict;
  }
  std::string tried;
  if (trial.batch_halvings > 0) {
    tried = fmt::format(", also with its batch divided by {}", 1LL << trial.batch_halvings);
  }
  verdict.trial = failed(
      fmt::format("infeasible: too little device memory{}: {}", tried, end.shortage.line), trial);
  return verdict;
}

std::string kernel_text(const AttemptEnd& end) {
  return end.bound_kills > 0 ? "the kernel ended it at its bound, resources.memory"
                             : "killed while the kernel ended processes for want of memory";
}

/// The machine had too little of something. Of memory it may have been the others' fault: once
/// more, whatever the retries. A disk is emptied by people: within the retries. Nothing when no
/// shortage was the cause, as far as anybody said.
std::optional<Verdict> judge_shortage(const AttemptEnd& end, const TrialSoFar& trial, int retries,
                                      Verdict verdict) {
  const bool by_kernel =
      verdict.attempt.signal == SIGKILL && end.oom_kills > 0 && end.stop_cause == StopCause::none;
  if (end.shortage.kind == Shortage::none && !by_kernel) return std::nullopt;
  if (end.shortage.kind == Shortage::device_memory) {
    return judge_device_memory(end, trial, std::move(verdict));
  }
  if (end.shortage.kind == Shortage::disk) {
    verdict.attempt.ending = "disk_full";
    verdict.attempt.message = end.shortage.line;
    if (trial.counted_attempts + 1 > retries) {
      verdict.trial = failed("disk_full: " + end.shortage.line, trial);
    }
    return verdict;
  }
  verdict.attempt.ending = "oom_host";
  verdict.attempt.message = by_kernel ? kernel_text(end) : end.shortage.line;
  verdict.attempt.counts = false;
  if (trial.ended_for_memory > 0) {
    verdict.trial = failed("oom_host: twice: " + verdict.attempt.message, trial);
  }
  return verdict;
}

/// Its device is broken: nobody's fault who can be tried again. It goes on in another slot.
std::optional<Verdict> judge_device(const AttemptEnd& end, Verdict verdict) {
  if (end.device_fault.empty()) return std::nullopt;
  verdict.attempt.ending = "device_lost";
  verdict.attempt.message = end.device_fault;
  verdict.attempt.counts = false;
  return verdict;
}

/// What the study itself says of a line of the log. Nothing when it says nothing that ends a trial.
std::optional<Verdict> judge_policy(const AttemptEnd& end, const TrialSoFar& trial,
                                    Verdict verdict) {
  // One that was lost with its machine did not end by what its log says.
  if (!end.policy || std::holds_alternative<Vanished>(end.process)) return std::nullopt;
  const bool is_infeasible = end.policy->action == LogAction::infeasible;
  verdict.attempt.ending = is_infeasible ? "infeasible" : "crashed";
  verdict.attempt.message = is_infeasible ? end.policy->line
                                          : fmt::format("{}; not tried again, its log has: {}",
                                                        crash_text(end.process), end.policy->line);
  verdict.trial = failed(verdict.attempt.ending + ": " + verdict.attempt.message, trial);
  return verdict;
}

/// A crash: another attempt while there are retries left.
Verdict judge_crash(const AttemptEnd& end, const TrialSoFar& trial, int retries, Witness witness,
                    Verdict verdict) {
  const bool vanished = std::holds_alternative<Vanished>(end.process);
  verdict.attempt.ending = vanished ? "lost" : "crashed";
  verdict.attempt.message = crash_text(end.process);
  if (verdict.attempt.exit_code == can_continue_code) {
    verdict.attempt.message += " (can continue), but no new checkpoint";
  }
  if (end.facts.failed) {
    verdict.attempt.message +=
        fmt::format("; {}: {}", end.facts.failed->kind, end.facts.failed->message);
  } else if (!end.log_end.empty()) {
    verdict.attempt.message += "; its log ends: " + end.log_end;
  }
  add_sentence(verdict.attempt.message, malformed_text(end.facts));
  // Lost together with its orchestrator or its machine: nobody's fault, never against the retries.
  verdict.attempt.counts = !(vanished && witness == Witness::recovery);
  if (verdict.attempt.counts && trial.counted_attempts + 1 > retries) {
    verdict.trial = failed(verdict.attempt.ending + ": " + verdict.attempt.message, trial);
  }
  return verdict;
}

}  // namespace

bool has_finished(const AttemptEnd& end) {
  const auto* exited = std::get_if<Exited>(&end.process);
  if (exited == nullptr || exited->code != finished_code) return false;
  const bool was_told = end.stop_cause != StopCause::none || end.told_to_terminate;
  return end.facts.finished || !was_told;
}

namespace {

/// Reasons are shown in tables and lists: lines become sentences.
void put_on_one_line(std::string& text) {
  while (text.ends_with('\n')) text.pop_back();
  for (std::size_t at; (at = text.find('\n')) != std::string::npos;) text.replace(at, 1, "; ");
}

Verdict judge_facts(const AttemptEnd& end, const TrialSoFar& trial,
                    const std::vector<Objective>& objectives, int retries, Witness witness,
                    const std::vector<MetricBound>& bounds) {
  Verdict verdict;
  verdict.attempt.elapsed_s = end.elapsed_s;
  verdict.attempt.cpu_s = end.cpu_s;
  verdict.attempt.max_rss_bytes = end.max_rss_bytes;
  if (const auto* exited = std::get_if<Exited>(&end.process))
    verdict.attempt.exit_code = exited->code;
  if (const auto* ended = std::get_if<Signalled>(&end.process))
    verdict.attempt.signal = ended->signal;

  if (std::holds_alternative<NotStarted>(end.process)) {
    return judge_not_started(end, trial, retries, std::move(verdict));
  }
  // A machine that went down may take reports along that had been read; nobody else may.
  const bool may_be_gone = std::holds_alternative<Vanished>(end.process) && end.our_mistake.empty();
  if (!end.facts.lost.empty() && !may_be_gone) {
    return failed_as("reports_lost", end.facts.lost, trial, std::move(verdict));
  }
  if (!end.our_mistake.empty()) {
    return failed_as("orchestrator_fault", end.our_mistake, trial, std::move(verdict));
  }
  if (end.facts.infeasible) {
    return failed_as("infeasible", *end.facts.infeasible, trial, std::move(verdict));
  }
  if (trial.non_finite) return judge_non_finite(*trial.non_finite, trial, std::move(verdict));
  if (trial.early_stop) {
    verdict.attempt.ending = "stopped";
    verdict.attempt.message = trial.early_stop->reason;
    verdict.trial = store::TrialEndRow{Ending::stopped, trial.early_stop->reason, trial.values,
                                       std::nullopt, trial.early_stop->step};
    return verdict;
  }
  if (has_finished(end)) {
    return judge_finished(end, trial, objectives, bounds, malformed_text(end.facts),
                          std::move(verdict));
  }
  if (end.stop_cause == StopCause::killed) {
    verdict.attempt.ending = "killed";
    verdict.attempt.message = "`winnow kill` ended it";
    verdict.trial =
        store::TrialEndRow{Ending::cancelled, "killed by its user", trial.values, std::nullopt};
    return verdict;
  }
  if (end.stop_cause == StopCause::timed_out) {
    return failed_as("timed_out", fmt::format("ended after {:.1f} s", end.elapsed_s), trial,
                     std::move(verdict));
  }
  if (end.stop_cause == StopCause::no_progress) {
    return judge_hung(end, trial, retries, std::move(verdict));
  }
  if (verdict.attempt.exit_code == config_wrong_code) {
    verdict.attempt.ending = "config_wrong";
    verdict.attempt.message =
        end.facts.failed ? end.facts.failed->message : "exit code 64; its log ends: " + end.log_end;
    verdict.trial = failed("config_wrong: " + verdict.attempt.message, trial);
    return verdict;
  }
  if (end.facts.failed && end.facts.failed->kind == "non_finite_loss") {
    return failed_as("non_finite", end.facts.failed->message, trial, std::move(verdict));
  }
  if (end.stop_cause == StopCause::study_stopping) {
    verdict.attempt.ending = "interrupted";
    verdict.attempt.message = "the study was stopped; continues on resume";
    verdict.attempt.counts = false;
    return verdict;
  }
  if (std::optional<Verdict> left = judge_left(end, trial, verdict)) return *std::move(left);
  if (std::optional<Verdict> told = judge_policy(end, trial, verdict)) return *std::move(told);
  if (std::optional<Verdict> broken = judge_device(end, verdict)) return *std::move(broken);
  std::optional<Verdict> shortage = judge_shortage(end, trial, retries, verdict);
  if (shortage) return *std::move(shortage);
  return judge_crash(end, trial, retries, witness, std::move(verdict));
}

}  // namespace

Verdict judge(const AttemptEnd& end, const TrialSoFar& trial,
              const std::vector<Objective>& objectives, int retries, Witness witness,
              const std::vector<MetricBound>& bounds) {
  Verdict verdict = judge_facts(end, trial, objectives, retries, witness, bounds);
  put_on_one_line(verdict.attempt.message);
  if (verdict.trial) put_on_one_line(verdict.trial->reason);
  return verdict;
}

}  // namespace winnow::run
