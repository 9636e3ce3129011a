#include "orchestrator/attempt.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <system_error>

#include "orchestrator/process/exit_record.hpp"
#include "orchestrator/study_folder.hpp"
#include "searchers/problem/error.hpp"
#include "trainer/protocol/exit_code.hpp"

namespace winnow::run {
namespace {

constexpr int finished_code = static_cast<int>(protocol::ExitCode::finished);
constexpr int config_wrong_code = static_cast<int>(protocol::ExitCode::config_wrong);
constexpr int can_continue_code = static_cast<int>(protocol::ExitCode::can_continue);

store::TrialEndRow failed(std::string reason, const TrialSoFar& trial) {
  return store::TrialEndRow{Ending::failed, std::move(reason), trial.objective_values,
                            std::nullopt};
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

/// A program that says it is done: done only with a finite value for every objective.
Verdict judge_finished(const AttemptEnd& end, const TrialSoFar& trial,
                       const std::vector<Objective>& objectives, Verdict verdict) {
  for (const Objective& objective : objectives) {
    const auto found = trial.objective_values.find(objective.metric);
    if (found == trial.objective_values.end()) {
      verdict.attempt.ending = "no_metric";
      verdict.attempt.message = fmt::format("exit code 0, but no report of '{}'", objective.metric);
      if (end.facts.malformed_lines > 0) {
        verdict.attempt.message +=
            fmt::format("; {} malformed report lines, the first: {}", end.facts.malformed_lines,
                        end.facts.first_malformed);
      }
      verdict.trial = failed("no_metric: " + verdict.attempt.message, trial);
      return verdict;
    }
    if (!std::isfinite(found->second)) {
      verdict.attempt.ending = "non_finite";
      verdict.attempt.message = fmt::format("{} is {}", objective.metric, found->second);
      verdict.trial = failed("non_finite: " + verdict.attempt.message, trial);
      return verdict;
    }
  }
  verdict.attempt.ending = "finished";
  verdict.trial = store::TrialEndRow{Ending::completed, "", trial.objective_values, std::nullopt};
  return verdict;
}

/// A crash: another attempt while there are retries left.
Verdict judge_crash(const AttemptEnd& end, const TrialSoFar& trial, int retries, Witness witness,
                    Verdict verdict) {
  const bool vanished = std::holds_alternative<Vanished>(end.process);
  verdict.attempt.ending = vanished ? "lost" : "crashed";
  verdict.attempt.message = crash_text(end.process);
  if (end.facts.failed) {
    verdict.attempt.message +=
        fmt::format("; {}: {}", end.facts.failed->kind, end.facts.failed->message);
  } else if (!end.log_end.empty()) {
    verdict.attempt.message += "; its log ends: " + end.log_end;
  }
  // Lost together with its orchestrator or its machine: nobody's fault, never against the retries.
  verdict.attempt.counts = !(vanished && witness == Witness::recovery);
  if (verdict.attempt.counts && trial.counted_attempts + 1 > retries) {
    verdict.trial = failed(verdict.attempt.ending + ": " + verdict.attempt.message, trial);
  }
  return verdict;
}

/// The last line of a log that is not blank, cut to what a message can hold.
std::string last_line(const std::filesystem::path& file) {
  constexpr std::int64_t tail_bytes = 4096;
  constexpr std::size_t longest = 300;
  std::ifstream log(file, std::ios::binary | std::ios::ate);
  const std::int64_t size = log ? static_cast<std::int64_t>(log.tellg()) : 0;
  log.seekg(std::max<std::int64_t>(0, size - tail_bytes));
  std::string last;
  for (std::string line; std::getline(log, line);) {
    if (line.find_first_not_of(" \t\r") != std::string::npos) last = line;
  }
  if (last.size() > longest) last.resize(longest);
  return last;
}

}  // namespace

void read_process_end(const std::filesystem::path& folder, AttemptEnd& end) {
  const std::optional<ExitRecord> record = read_exit_record(folder);
  end.process = Vanished{};
  end.log_end = last_line(AttemptFiles{folder}.log());
  if (!record) return;
  end.elapsed_s = record->elapsed_s;
  end.cpu_s = record->cpu_s;
  end.max_rss_bytes = record->max_rss_bytes;
  if (record->start_error != 0) {
    end.process = NotStarted{record->start_error};
  } else if (record->code) {
    end.process = Exited{*record->code};
  } else {
    end.process = Signalled{*record->signal};
  }
}

Verdict judge(const AttemptEnd& end, const TrialSoFar& trial,
              const std::vector<Objective>& objectives, int retries, Witness witness) {
  Verdict verdict;
  verdict.attempt.elapsed_s = end.elapsed_s;
  verdict.attempt.cpu_s = end.cpu_s;
  verdict.attempt.max_rss_bytes = end.max_rss_bytes;
  if (const auto* exited = std::get_if<Exited>(&end.process))
    verdict.attempt.exit_code = exited->code;
  if (const auto* ended = std::get_if<Signalled>(&end.process))
    verdict.attempt.signal = ended->signal;

  if (const auto* not_started = std::get_if<NotStarted>(&end.process)) {
    verdict.attempt.ending = "not_started";
    verdict.attempt.message = std::generic_category().message(not_started->error);
    verdict.trial = failed("not_started: " + verdict.attempt.message, trial);
    return verdict;
  }
  if (end.facts.infeasible) {
    verdict.attempt.ending = "infeasible";
    verdict.attempt.message = *end.facts.infeasible;
    verdict.trial = failed("infeasible: " + *end.facts.infeasible, trial);
    return verdict;
  }
  if (verdict.attempt.exit_code == finished_code) {
    return judge_finished(end, trial, objectives, std::move(verdict));
  }
  if (end.stop_cause == StopCause::timed_out) {
    verdict.attempt.ending = "timed_out";
    verdict.attempt.message = fmt::format("ended after {:.1f} s", end.elapsed_s);
    verdict.trial = failed("timed_out: " + verdict.attempt.message, trial);
    return verdict;
  }
  if (verdict.attempt.exit_code == config_wrong_code) {
    verdict.attempt.ending = "config_wrong";
    verdict.attempt.message =
        end.facts.failed ? end.facts.failed->message : "exit code 64; its log ends: " + end.log_end;
    verdict.trial = failed("config_wrong: " + verdict.attempt.message, trial);
    return verdict;
  }
  if (end.facts.failed && end.facts.failed->kind == "non_finite_loss") {
    verdict.attempt.ending = "non_finite";
    verdict.attempt.message = end.facts.failed->message;
    verdict.trial = failed("non_finite: " + verdict.attempt.message, trial);
    return verdict;
  }
  if (end.stop_cause == StopCause::study_stopping) {
    verdict.attempt.ending = "interrupted";
    verdict.attempt.message = "the study was stopped; continues on resume";
    verdict.attempt.counts = false;
    return verdict;
  }
  if (verdict.attempt.exit_code == can_continue_code && end.facts.checkpoints > 0) {
    verdict.attempt.ending = "can_continue";
    verdict.attempt.counts = false;  // it got on: a program that left without a checkpoint did not
    return verdict;
  }
  return judge_crash(end, trial, retries, witness, std::move(verdict));
}

std::optional<double> aggregate(const Objective& objective, std::span<const Measurement> reported) {
  if (reported.empty()) return std::nullopt;
  if (objective.aggregate == Aggregate::last) return reported.back().value;
  if (objective.aggregate == Aggregate::mean) {
    double sum = 0;
    for (const Measurement& measurement : reported) sum += measurement.value;
    return sum / static_cast<double>(reported.size());
  }
  std::optional<double> best;
  for (const Measurement& measurement : reported) {
    if (std::isnan(measurement.value)) continue;
    if (!best || to_loss(objective, measurement.value) < to_loss(objective, *best)) {
      best = measurement.value;
    }
  }
  return best ? best : std::optional<double>(reported.back().value);
}

}  // namespace winnow::run
