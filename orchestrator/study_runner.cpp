#include "orchestrator/study_runner.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>

#include "orchestrator/conclusion.hpp"
#include "orchestrator/crash_point.hpp"
#include "orchestrator/decision/finalists.hpp"
#include "orchestrator/report/numbers.hpp"
#include "orchestrator/search_trial.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

std::set<TrialNumber> trials_of(const std::vector<store::AttemptRow>& attempts) {
  std::set<TrialNumber> trials;
  for (const store::AttemptRow& row : attempts) trials.insert(row.attempt.trial);
  return trials;
}

}  // namespace

StudyRunner::StudyRunner(RunnerParts parts, std::vector<Slot> slots,
                         std::vector<store::AttemptRow> adopted)
    : parts_(parts),
      slots_(std::move(slots)),
      turn_(parts.context.get_executor()),
      may_ask_again_(std::make_shared<Pulse>(parts.context.get_executor())),
      worker_ended_(parts.context.get_executor()),
      left_(std::make_shared<Pulse>(parts.context.get_executor())),
      retention_(parts.store, parts.config, parts.folder, trials_of(adopted)) {
  parts_.control.tell(may_ask_again_);
  for (store::AttemptRow& row : adopted) {
    const bool is_free = adopted_.emplace(row.attempt.slot, std::move(row)).second;
    expect(is_free, "a slot holds one living attempt");
  }
  for (store::TrialRow& row : parts_.store.trials_in_state(TrialState::queued)) {
    queued_.push_back(std::move(row.trial));
  }
  const StudySpec& spec = parts_.config.spec;
  progress_.study = spec.name;
  progress_.objective = spec.objectives.front();
  limits_changed();
  progress_.grace_s = parts_.config.trial.grace_s;
  const store::TrialCounts counts = parts_.store.counts();
  progress_.completed = counts.completed;
  progress_.failed = counts.failed;
  progress_.stopped = counts.stopped;
  progress_.cancelled = counts.cancelled;
  if (spec.objectives.size() > 1) return;  // none is the best of several objectives
  for (const store::TrialRow& best : parts_.store.best(progress_.objective, 1)) {
    progress_.best =
        BestTrial{best.trial.suggestion.number, best.values.at(progress_.objective.metric),
                  point_text(best.trial.suggestion.point)};
  }
}

asio::awaitable<std::optional<StudyEnding>> StudyRunner::run() {
  spawn(keep_time());
  spawn(watch_store());
  spawn(commit_what_is_left());
  parts_.store.defer_commits([left = left_] { left->beat(); });
  co_await run_workers();
  tell_what_is_due();
  end_as_failed_if_due();
  const bool has_selection = parts_.config.spec.selection && ending_ && !ending_->failed;
  if (has_selection && parts_.control.stage() == Stage::running) {
    phase_ = Phase::selection;
    show_selection();
    co_await run_workers();
  }
  parts_.store.commit_deferred();
  parts_.store.defer_commits({});
  parts_.listener.committed();
  // A stop that came after the last trial was begun leaves some to go on with on resume.
  const store::TrialCounts counts = parts_.store.counts();
  if (counts.queued + counts.running > 0) co_return std::nullopt;
  const bool interrupted = parts_.control.stage() != Stage::running;
  co_return interrupted&& has_selection ? std::nullopt : ending_;
}

/// The last trials may have been the failures that were too many, when no further suggestion asked.
void StudyRunner::end_as_failed_if_due() {
  if (!ending_) return;
  const auto ending = limits_reached(parts_.config.spec.limits, parts_.history.seen_with_untold());
  if (ending && ending->failed) ending_ = ending;
}

asio::awaitable<void> StudyRunner::run_workers() {
  do {
    for (const Slot& slot : slots_) start_worker(slot);
    while (!working_.empty() && !failure_) {
      co_await worker_ended_.wait_past(worker_ended_.count());
    }
    if (failure_) std::rethrow_exception(failure_);
    // A trial whose slot was closed last may have found the other workers gone.
  } while (!queued_.empty() && parts_.control.stage() == Stage::running);
}

void StudyRunner::start_worker(const Slot& slot) {
  working_.insert(slot.index);
  asio::awaitable<void> worker = work(slot);
  asio::co_spawn(parts_.context, std::move(worker),
                 [this, index = slot.index](std::exception_ptr failure) {
                   if (failure && !failure_) failure_ = failure;
                   working_.erase(index);
                   worker_ended_.beat();
                 });
}

asio::awaitable<void> StudyRunner::work(Slot slot) {
  while (is_open(slot)) {
    std::optional<Task> task = co_await next_task(slot);
    if (!task) co_return;
    co_await run_trial(*std::move(task), slot);
  }
}

asio::awaitable<std::optional<StudyRunner::Task>> StudyRunner::next_task(const Slot& slot) {
  const auto living = adopted_.find(slot.index);
  if (living != adopted_.end()) {
    Task task = adopt(living->second);
    adopted_.erase(living);
    show_start(task, "adopted");
    co_return task;
  }
  co_await wait_out_pause();
  if (parts_.control.stage() != Stage::running) co_return std::nullopt;
  std::optional<Task> task = next_queued_task(slot);
  if (task) co_return task;
  if (phase_ == Phase::search) {
    task = co_await next_search_task(slot);
  } else {
    task = co_await next_fresh_task(slot);
  }
  co_return task;
}

std::optional<StudyRunner::Task> StudyRunner::next_queued_task(const Slot& slot) {
  if (queued_.empty() || parts_.control.is_paused()) return std::nullopt;
  const store::NewTrial trial = std::move(queued_.front());
  queued_.pop_front();
  Task task = begin_attempt(trial, slot);
  show_start(task, task.request.attempt.ordinal == 1 ? "started" : "continued");
  return task;
}

asio::awaitable<void> StudyRunner::wait_out_pause() {
  while (parts_.control.is_paused()) {
    co_await may_ask_again_->wait_past(may_ask_again_->count());
  }
}

asio::awaitable<std::optional<StudyRunner::Task>> StudyRunner::next_search_task(const Slot& slot) {
  while (asking_) co_await turn_.wait_past(turn_.count());
  asking_ = true;
  const std::optional<Asked> asked = co_await next_suggestion();
  std::optional<Task> task;
  if (asked) {
    task = begin_new_trial(search_trial(asked->suggestion, parts_.config.spec.seed, asked->history),
                           slot);
    parts_.history.add_suggested(asked->suggestion);
    record_reason(*asked);
  }
  asking_ = false;
  turn_.beat();
  if (task) {
    show_start(*task, "started");
  } else if (parts_.control.stage() == Stage::running) {
    task = next_queued_task(slot);  // a user was faster than the searcher
  }
  co_return task;
}

asio::awaitable<std::optional<StudyRunner::Asked>> StudyRunner::next_suggestion() {
  while (may_start()) {
    SearchHistory& history = parts_.history;
    const std::uint64_t seen = may_ask_again_->count();
    if (!parts_.control.is_paused() && !queued_.empty()) break;
    if (parts_.control.is_paused() || !history.may_ask()) {
      co_await may_ask_again_->wait_past(seen);
      continue;
    }
    tell_what_is_due();
    if (!may_start()) break;  // what was just told may be the target
    const TrialNumber next = history.next();
    Asked asked;
    // Taken before the ask: what ends meanwhile is told after it.
    asked.history = history.told();
    if (std::optional<Point> point = history.next_user_point()) {
      asked.suggestion.number = next;
      asked.suggestion.point = *std::move(point);
      co_return asked;
    }
    std::vector<Suggestion> pending = history.pending();
    const bool nothing_pending = pending.empty();
    search::Proposal proposal = co_await parts_.searcher.ask(next, std::move(pending));
    crash_point("asked");
    if (history.next() != next) continue;  // a user has taken the number meanwhile
    if (!proposal.suggestions.empty()) {
      // A stop that came while the searcher thought: asking leaves no trace, so nothing is lost.
      if (parts_.control.stage() != Stage::running) break;
      asked.suggestion = std::move(proposal.suggestions.front());
      asked.reason = std::move(proposal.reason);
      co_return asked;
    }
    if (proposal.finished) {
      ending_ =
          StudyEnding{"search_finished", "the search method has nothing left to propose", false};
      break;
    }
    expect(!nothing_pending, "a searcher that waits has something to wait for");
    co_await may_ask_again_->wait_past(seen);
  }
  co_return std::nullopt;
}

bool StudyRunner::may_start() {
  if (parts_.control.stage() != Stage::running) return false;
  if (ending_) return false;
  SeenSoFar seen = parts_.history.seen();
  seen.run_time_s = parts_.run_time.study_s();
  ending_ = limits_reached(parts_.config.spec.limits, seen);
  return !ending_.has_value();
}

/// What the race wants next, worked out anew from the rows each time: nothing to keep, nothing to
/// resume.
asio::awaitable<std::optional<StudyRunner::Task>> StudyRunner::next_fresh_task(const Slot& slot) {
  const StudySpec& spec = parts_.config.spec;
  while (parts_.control.stage() == Stage::running) {
    const std::uint64_t seen = may_ask_again_->count();
    const std::vector<store::TrialRow> trials = parts_.store.trials();
    const Finalists finalists = gather_finalists(spec, trials);
    const RaceState raced = race(race_rules(*spec.selection, finalists), finalists.fresh);
    if (raced.is_over()) co_return std::nullopt;
    const std::vector<FreshRun> runs = runs_to_start(finalists, raced);
    if (!runs.empty() && !parts_.control.is_paused()) {
      const TrialNumber next{std::ssize(trials)};
      Task task = begin_new_trial(fresh_trial(spec, finalists, runs.front(), next), slot);
      show_start(task, "started");
      co_return task;
    }
    co_await may_ask_again_->wait_past(seen);
  }
  co_return std::nullopt;
}

asio::awaitable<void> StudyRunner::run_trial(Task task, const Slot& slot) {
  while (true) {
    const TrialNumber number = task.trial.suggestion.number;
    AttemptEnd end = co_await run_attempt(task, slot);
    parts_.control.forget_kill(number);
    // An adopted keeper may be one whose gate never opened, on its way out: nothing of it has run.
    const Witness witness = task.request.adopt ? Witness::recovery : Witness::living;
    const Verdict verdict = conclude(parts_.store, parts_.config, parts_.early_stopping,
                                     task.attempt, task.trial.suggestion.number, end, witness);
    crash_point("attempt_ended");
    if (verdict.trial) {
      end_trial(task.trial, verdict);
      co_await rest_after(end, verdict);
      co_return;
    }
    show_retry(task.trial.suggestion.number, verdict);
    if (verdict.attempt.ending == "device_lost") {
      close_slot(slot, task.trial, end.device_fault);
      co_return;
    }
    co_await rest_after(end, verdict);
    // Stays queued: the next session goes on with it.
    if (parts_.control.stage() >= Stage::stopping) co_return;
    task = begin_attempt(task.trial, slot);
    show_start(task, "continued");
  }
}

void StudyRunner::reports_added(const Task& task, const store::ReportBatch& batch) {
  const TrialNumber number = task.trial.suggestion.number;
  show_reports(number, batch);
  if (batch.checkpoints.empty()) return;
  show_problems(retention_.trial_reported(number, task.request.attempt.resumed_from));
}

void StudyRunner::end_trial(const store::NewTrial& trial, const Verdict& verdict) {
  if (trial.role == store::Role::search) end_search_trial(trial, verdict);
  show_end(trial, verdict);
  show_problems(retention_.trial_ended(trial.suggestion.number));
  may_ask_again_->beat();
}

void StudyRunner::end_search_trial(const store::NewTrial& trial, const Verdict& verdict) {
  const StudySpec& spec = parts_.config.spec;
  EndedTrial ended;
  const std::optional<store::TrialRow> row = parts_.store.trial(trial.suggestion.number);
  ended.outcome = outcome_of(trial.suggestion, *verdict.trial, row->elapsed_s, spec.objectives,
                             spec.outcome_constraints);
  ended.infeasible = verdict.trial->reason.starts_with("infeasible");
  ended.gpus = parts_.config.trial.gpus;
  parts_.history.add_ended(std::move(ended));
  if (!parts_.config.spec.determinism.is_strict()) tell_what_is_due();
}

void StudyRunner::tell_what_is_due() {
  for (Outcome& outcome : parts_.history.take_due_tells()) {
    if (parts_.config.spec.determinism.is_strict()) {
      // In strict mode the k-th outcome told is that of trial k.
      parts_.store.record_told(outcome.suggestion.number, outcome.suggestion.number.value);
      crash_point("told");
    }
    parts_.searcher.tell(std::move(outcome));
  }
}

}  // namespace winnow::run
