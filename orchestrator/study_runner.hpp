// The loop of a running study: a worker coroutine per slot asks, writes, runs, writes, tells. When
// the search is over and the study has a selection, the same workers run the fresh trials of its
// race. Everything that decides is elsewhere and plain (limits, search_history, judge); everything
// slow or outside comes in through an interface.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "orchestrator/checkpoint_retention.hpp"
#include "orchestrator/clock.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/early_stopping.hpp"
#include "orchestrator/executors/executor.hpp"
#include "orchestrator/failure_backoff.hpp"
#include "orchestrator/limits.hpp"
#include "orchestrator/progress.hpp"
#include "orchestrator/recovery.hpp"
#include "orchestrator/search_history.hpp"
#include "orchestrator/search_thread.hpp"
#include "orchestrator/slots.hpp"
#include "orchestrator/study_folder.hpp"
#include "orchestrator/trial_program.hpp"
#include "storage/store.hpp"

namespace winnow::run {

/// What a runner works with; all outlive it.
struct RunnerParts {
  asio::io_context& context;
  store::Store& store;
  const StudyConfig& config;
  const StudyFolder& folder;
  const TrialProgram& program;
  Executor& executor;
  SearchThread& searcher;
  EarlyStopping& early_stopping;
  SearchHistory& history;  // earlier sessions replayed, into the searcher as well
  StudyControl& control;
  ProgressListener& listener;
  const Clock& clock;
  const RunTime& run_time;
};

class StudyRunner {
 public:
  StudyRunner(RunnerParts parts, std::vector<Slot> slots, std::vector<store::AttemptRow> adopted);
  /// The store outlives the loop, in which the pulse beats that it was given.
  ~StudyRunner() { parts_.store.defer_commits({}); }
  StudyRunner(const StudyRunner&) = delete;
  StudyRunner& operator=(const StudyRunner&) = delete;

  /// Returns when nothing runs any more: with why the study is over, or with nothing when it was
  /// interrupted and can be resumed. Throws what a worker threw; its trials then live on and are
  /// adopted by the next session.
  asio::awaitable<std::optional<StudyEnding>> run();

  const StudyProgress& progress();

  // What other commands ask for (study_runner_commands.cpp). ConfigError says why it cannot be.

  /// Ends the trial for good: what runs in its own time, what is queued at once.
  void kill(TrialNumber trial);
  /// The next trial of the search, with a point of the user's; on record when it returns.
  TrialNumber enqueue(const Point& point);
  /// The limits of the configuration are others now.
  void limits_changed();

 private:
  /// A suggestion, and how many outcomes the searcher had been told when it made it.
  struct Asked {
    Suggestion suggestion;
    std::int64_t history = 0;
    std::string reason = {};  // the searcher's, for the record
  };
  /// An attempt that has its row. What runs it is planned when it runs, but for one that is
  /// adopted.
  struct Task {
    store::NewTrial trial;
    store::AttemptId attempt;
    AttemptRequest request;
    int batch_halvings = 0;
  };

  enum class Phase { search, selection };

  asio::awaitable<void> run_workers();
  void start_worker(const Slot& slot);
  asio::awaitable<void> work(Slot slot);
  asio::awaitable<void> keep_time();
  asio::awaitable<void> watch_store();
  asio::awaitable<void> commit_what_is_left();
  void spawn(asio::awaitable<void> task);
  asio::awaitable<std::optional<Task>> next_task(const Slot& slot);
  std::optional<Task> next_queued_task(const Slot& slot);
  asio::awaitable<std::optional<Task>> next_search_task(const Slot& slot);
  asio::awaitable<std::optional<Asked>> next_suggestion();
  asio::awaitable<std::optional<Task>> next_fresh_task(const Slot& slot);
  asio::awaitable<void> run_trial(Task task, const Slot& slot);
  asio::awaitable<AttemptEnd> run_attempt(Task& task, const Slot& slot);
  AttemptEnd end_after_mistake(const Task& task, const std::exception_ptr& mistake);
  asio::awaitable<void> rest_after(const AttemptEnd& end, const Verdict& verdict);
  std::chrono::seconds pause_after_shortage();
  asio::awaitable<void> wait_out_pause();

  bool may_start();
  void end_as_failed_if_due();
  Task begin_new_trial(const store::NewTrial& trial, const Slot& slot);
  Task begin_attempt(const store::NewTrial& trial, const Slot& slot);
  Task adopt(const store::AttemptRow& row);
  std::optional<ResumePoint> last_valid_checkpoint(TrialNumber trial);
  void close_slot(const Slot& slot, const store::NewTrial& trial, const std::string& fault);
  bool is_open(const Slot& slot) const;
  void reports_added(const Task& task, const store::ReportBatch& batch);
  void end_trial(const store::NewTrial& trial, const Verdict& verdict);
  void end_search_trial(const store::NewTrial& trial, const Verdict& verdict);
  void tell_what_is_due();

  void record_reason(const Asked& asked);
  void show_start(const Task& task, const std::string& word);
  void show_reports(TrialNumber trial, const store::ReportBatch& batch);
  void show_end(const store::NewTrial& trial, const Verdict& verdict);
  void show_selection();
  void show_retry(TrialNumber number, const Verdict& verdict);
  void show_problems(const std::vector<std::string>& problems);

  RunnerParts parts_;
  std::vector<Slot> slots_;                   // those whose devices work
  std::map<int, store::AttemptRow> adopted_;  // by slot
  std::deque<store::NewTrial> queued_;        // of earlier sessions and of users, by number
  std::optional<StudyEnding> ending_;         // of the search
  Phase phase_ = Phase::search;
  std::optional<std::string> search_reason_;  // the newest one on record; nothing: not looked up
  StudyProgress progress_;

  bool asking_ = false;  // one worker at a time: number and pending list are fixed while it asks
  Pulse turn_;           // asking_ became false
  std::shared_ptr<Pulse> may_ask_again_;  // a trial has ended, or the study is being stopped
  Pulse worker_ended_;
  std::shared_ptr<Pulse> left_;  // the store has left something to a later commit
  std::set<int> working_;        // slots that have a worker
  int shortages_in_a_row_ = 0;   // attempts that could not be started for one
  FailureBackoff backoff_;
  CheckpointRetention retention_;
  std::exception_ptr failure_;
};

}  // namespace winnow::run
