// How a runner's attempts begin and end: their rows, what runs them, and what becomes of them when
// winnow itself goes wrong on the way.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "orchestrator/checkpoint_fault.hpp"
#include "orchestrator/conclusion.hpp"
#include "orchestrator/crash_point.hpp"
#include "orchestrator/crash_report.hpp"
#include "orchestrator/process/gated_child.hpp"
#include "orchestrator/process/process_table.hpp"
#include "orchestrator/study_runner.hpp"
#include "orchestrator/trial_log.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {

StudyRunner::Task StudyRunner::begin_new_trial(const store::NewTrial& trial, const Slot& slot) {
  Task task;
  task.trial = trial;
  const TrialNumber number = trial.suggestion.number;
  task.request.attempt =
      new_attempt(number, slot, 1, parts_.store.new_token(number, 1), std::nullopt);
  task.attempt = parts_.store.add_trial_and_start(task.trial, task.request.attempt);
  crash_point("trial_added");
  return task;
}

StudyRunner::Task StudyRunner::begin_attempt(const store::NewTrial& trial, const Slot& slot) {
  const TrialNumber number = trial.suggestion.number;
  const std::vector<store::AttemptRow> earlier = parts_.store.attempts(number);
  const int ordinal = static_cast<int>(earlier.size()) + 1;
  // With another batch size it begins from scratch: no checkpoint would be of both.
  const bool batch_changes =
      !earlier.empty() && earlier.back().end && earlier.back().end->ending == "result_oom";
  std::optional<ResumePoint> resume;
  if (!batch_changes) resume = last_valid_checkpoint(number);
  Task task;
  task.trial = trial;
  task.request.attempt =
      new_attempt(number, slot, ordinal, parts_.store.new_token(number, ordinal), resume);
  task.batch_halvings = ended_for_device_memory(earlier);
  task.attempt = parts_.store.start_attempt(task.request.attempt);
  // What lies beyond the checkpoint will be reported again.
  constexpr std::int64_t before_all = std::numeric_limits<std::int64_t>::min();
  parts_.early_stopping.cut(number, task.request.attempt.resumed_step.value_or(before_all));
  crash_point("attempt_added");
  return task;
}

StudyRunner::Task StudyRunner::adopt(const store::AttemptRow& row) {
  const std::optional<store::TrialRow> trial = parts_.store.trial(row.attempt.trial);
  expect(trial.has_value(), "an attempt belongs to a trial");
  Task task;
  task.trial = trial->trial;
  task.attempt = row.id;
  task.request.attempt = row.attempt;
  task.request.folder = parts_.folder.attempt(row.attempt.folder);
  task.request.timeout_s = parts_.config.spec.limits.trial_timeout_s;
  task.request.heartbeat_timeout_s = parts_.config.trial.heartbeat_timeout_s;
  task.request.grace_s = parts_.config.trial.grace_s;
  task.request.log_policies = parts_.config.trial.log_policies;
  task.request.adopt = row.process;
  task.request.elapsed_s = age_s(*row.process);
  task.request.report_offset = row.report_offset;
  return task;
}

std::optional<ResumePoint> StudyRunner::last_valid_checkpoint(TrialNumber trial) {
  for (const store::CheckpointRow& row : parts_.store.checkpoints(trial)) {
    const std::filesystem::path folder = parts_.folder.checkpoints(trial) / row.path;
    const std::optional<std::string> fault = resume_fault(folder, parts_.folder.checkpoints(trial));
    if (!fault) return ResumePoint{row.path, row.step};
    const nlohmann::json detail = nlohmann::json::object({{"path", row.path}, {"fault", *fault}});
    parts_.store.add_event("checkpoint_refused", trial, detail.dump());
    parts_.listener.event(
        fmt::format("trial {}: checkpoint {} is not used: {}", trial.value, row.path, *fault),
        progress());
  }
  return std::nullopt;
}

/// The attempt, to its end. What goes wrong in winnow itself on the way is this trial's end and not
/// the study's: another session would meet it again, and again.
asio::awaitable<AttemptEnd> StudyRunner::run_attempt(Task& task, const Slot& slot) {
  TrialLog log(parts_.store, parts_.config, parts_.early_stopping, task.trial, task.attempt,
               [this, &task](const store::ReportBatch& batch) { reports_added(task, batch); });
  std::exception_ptr mistake;
  try {
    if (!task.request.adopt) {
      task.request = plan_attempt(parts_.config, parts_.program, parts_.folder, task.trial, slot,
                                  task.request.attempt, task.batch_halvings);
    }
    AttemptEnd end = co_await parts_.executor.run(task.request, log, parts_.control);
    co_return end;
  } catch (const std::exception&) {
    mistake = std::current_exception();
  }
  co_return end_after_mistake(task, mistake);
}

/// Throws again what is no single trial's: the store's faults, and broken promises, after which
/// nothing here can be relied on.
AttemptEnd StudyRunner::end_after_mistake(const Task& task, const std::exception_ptr& mistake) {
  const TrialNumber number = task.trial.suggestion.number;
  std::string text;
  try {
    std::rethrow_exception(mistake);
  } catch (const store::StoreError&) {
    throw;
  } catch (const BrokenExpectation&) {
    throw;
  } catch (const std::exception& error) {
    text = error.what();
    const auto report = write_crash_report(parts_.folder, parts_.store, error, number);
    parts_.listener.event(
        fmt::format("trial {}: winnow made a mistake of its own: {}{}", number.value, text,
                    report ? "; what led to it is in " + report->string() : ""),
        progress());
  }
  const std::vector<store::AttemptRow> attempts = parts_.store.attempts(number);
  const auto row = std::ranges::find(attempts, task.attempt, &store::AttemptRow::id);
  expect(row != attempts.end(), "an attempt has its row before it runs");
  if (row->process) end_keeper(*row->process);
  kill_token_holders(task.request.attempt.token);
  AttemptEnd end = what_is_left(parts_.folder, *row, parts_.config.trial.log_policies);
  end.our_mistake = std::move(text);
  return end;
}

}  // namespace winnow::run
