// The study store: the truth about a study, in one SQLite file. Every verb that changes something
// is one transaction, durable when it returns (WAL, synchronous=FULL) unless it was asked to leave
// that to a later one (defer_commits), and leaves an event in the log.
//
// One Store opened for writing per file in the whole system: two writing connections can lose
// commits in SQLite before 3.51.3. The study lock (study_lock.hpp) sees to that. Readers open
// read-only and never checkpoint.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/error.hpp"
#include "storage/records.hpp"

namespace winnow::store {

class Connection;
class Transaction;
struct LockHolder;

/// What a name of the file system leads to; zeros for what is not there.
struct FileIdentity {
  std::uint64_t device = 0, inode = 0;
  bool operator==(const FileIdentity&) const = default;
};

/// Seconds since a session began, by a clock that only goes forward.
using SessionClock = std::function<double()>;

class Store {
 public:
  /// Makes `file` with its schema and one study in it that begins with the `known` trials, or
  /// nothing at all. Throws StoreError, also when the file exists.
  static Store create(const std::filesystem::path& file, const NewStudy& study,
                      const KnownTrials& known = {});
  /// Opens for writing: quick check, then migrations (after a backup). Throws StoreError: not a
  /// store, damaged, read-only, newer than this program.
  static Store open(const std::filesystem::path& file);
  /// For reading commands; every writing verb throws BrokenExpectation.
  static Store open_read_only(const std::filesystem::path& file);
  /// For saving what can be saved: opened as it is, without a look at its content. Any question may
  /// throw StoreError (damaged), and the next may have an answer. Throws StoreError when not even
  /// its first page can be read.
  static Store open_damaged(const std::filesystem::path& file);
  /// For tests: a store in memory.
  static Store in_memory(const NewStudy& study, const KnownTrials& known = {});

  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  // --- writing -----------------------------------------------------------------------------------

  /// From here on the session's run time is committed together with whatever else is, at most once
  /// a second: a killed session counts up to then.
  SessionId begin_session(
      const NewSession& session, SessionClock clock = [] { return 0.0; });
  /// Also adds the session's run time to the study's.
  void end_session(SessionId session);
  /// The run time of the session and of `running` attempts, for times in which nothing else is
  /// committed, and what they have used. Leaves no event.
  void record_times(const std::vector<AttemptTime>& running);

  /// From now on add_reports, end_attempt and record_told leave their commit to the next verb's:
  /// what ends a trial and what begins the next one are then one sync, and so is what a hundred
  /// trials report at once. When the first is left, `soon` is called; commit_deferred() must
  /// follow. Nothing instead of `soon`: they commit at once again, as they do at first.
  ///
  /// Killed in between, the store is as it was before them: what they said still lies in the files
  /// of their attempts, from which the next session reads it again.
  void defer_commits(std::function<void()> soon);
  void commit_deferred();
  /// Is there something that commit_deferred() would make durable?
  bool has_uncommitted() const;

  /// State queued. Needs: `suggestion.number` is the number of trials so far.
  void add_trial(const NewTrial& trial);
  /// The same for a point that a user asked for while the study runs or rests.
  void add_enqueued_trial(const NewTrial& trial);
  /// Trial queued → running, attempt `starting`. No process may exist before this has returned.
  /// Needs: a session has begun; `ordinal` is the number of the trial's attempts so far plus one; a
  /// later attempt that resumes names its step. One that starts from scratch supersedes all earlier
  /// measurements.
  AttemptId start_attempt(const NewAttempt& attempt);
  /// The token of an attempt that this session is about to start. Needs: it has one itself.
  std::string new_token(TrialNumber trial, int ordinal) const;
  /// add_trial and start_attempt in one transaction, for a trial that has its slot already.
  AttemptId add_trial_and_start(const NewTrial& trial, const NewAttempt& attempt);
  /// Attempt starting → running. The process must still be held at its gate.
  void record_process(AttemptId attempt, const ProcessIdentity& process);
  /// Before a running attempt is signalled to end. The first order stands.
  void record_stop(AttemptId attempt, StopCause cause);
  void record_early_stop(AttemptId attempt, const EarlyStop& stop);
  /// Rows and the offset they were read up to, together. Needs: lines at or beyond the offset so
  /// far and below the new one. A checkpoint path reported again is a new checkpoint.
  void add_reports(AttemptId attempt, const ReportBatch& batch);
  /// The last reports, the attempt's end and the trial's new state (ended, or queued again when
  /// `end` is nothing), all or none.
  void end_attempt(AttemptId attempt, const ReportBatch& last, const AttemptEndRow& attempt_end,
                   const std::optional<TrialEndRow>& end);
  /// Ends a queued trial that will never run: `cancelled`.
  void end_queued_trial(TrialNumber trial, const TrialEndRow& end);
  void add_example_scores(TrialNumber trial, std::string_view dataset, std::string_view metric,
                          const std::vector<double>& scores);

  /// `record` and `detail` are JSON objects. The kinds of event_kinds.hpp's `trial_states` are not
  /// for others.
  void add_decision(std::string_view kind, std::optional<TrialNumber> trial,
                    std::string_view record);
  void add_event(std::string_view kind, std::optional<TrialNumber> trial, std::string_view detail);
  /// The study goes on with another normalised form; `detail` says what has changed (JSON object).
  void change_study(std::string_view spec, std::string_view config_text, std::string_view detail);
  /// The study is over: why, and the trial it chose, if any, as a decision with its record; all in
  /// one piece.
  void end_study(std::string_view ending, std::optional<TrialNumber> chosen,
                 std::string_view record);

  // --- reading -----------------------------------------------------------------------------------

  StudyRow study() const;
  /// Outcomes told so far.
  std::int64_t tells() const;
  TrialCounts counts() const;
  /// Whose session the newest one is, when it has no end on record: killed, or still at work.
  std::optional<LockHolder> unended_session() const;
  /// Trials 0 to this number − 1 were not run here: another study's, or a table's.
  std::int64_t known_trials() const;
  /// What prior studies measured, as it was given to create(), in that order.
  std::vector<std::string> prior_studies() const;
  /// Did a user ask for this trial (add_enqueued_trial)? Reads the event log.
  bool was_enqueued(TrialNumber number) const;
  std::optional<TrialRow> trial(TrialNumber number) const;
  /// The same without its values, times and number of attempts, which are other tables'.
  std::optional<TrialRow> trial_alone(TrialNumber number) const;
  /// The highest number there is; nothing without trials.
  std::optional<TrialNumber> last_trial() const;
  /// In order of number; `limit` < 0 is all of them.
  std::vector<TrialRow> trials(std::int64_t offset = 0, std::int64_t limit = -1) const;
  std::vector<TrialRow> trials_in_state(TrialState state) const;
  /// Completed search trials with a finite value of the metric, best first, ties by number.
  std::vector<TrialRow> best(const Objective& objective, std::int64_t limit) const;
  /// Outcomes in the order they were told, from the `first`-th; `limit` < 0 is all of them. Losses
  /// in the order of the study's objectives, excesses in that of `bounds`.
  std::vector<Outcome> outcomes(std::int64_t first = 0, std::int64_t limit = -1,
                                const std::vector<MetricBound>& bounds = {}) const;
  /// Hands over the outcomes `first` to `end` − 1, as outcomes() has them, one at a time: `visit`
  /// may take what it is given. One pass over the store, whatever the number; `visit` may ask other
  /// questions meanwhile.
  void for_each_told(std::int64_t first, std::int64_t end, const std::vector<MetricBound>& bounds,
                     const std::function<void(ToldTrial&)>& visit) const;
  /// Search trials that have no `told` yet, by number: queued, running, ended.
  std::vector<TrialRow> untold() const;
  /// Writes: gives an ended trial its place in the order of tells, the number of those told so far.
  void record_told(TrialNumber trial, std::int64_t told);

  std::vector<AttemptRow> attempts(TrialNumber trial) const;
  std::vector<AttemptRow> attempts_not_ended() const;
  /// By what code and for which form of its study an attempt was started. Reads the event log.
  AttemptCode attempt_code(AttemptId attempt) const;
  /// Was there ever an attempt with this token?
  bool has_attempt(std::string_view token) const;
  /// "starting", "running" or "ended"; nothing where there was none.
  std::optional<std::string> state_of_attempt(std::string_view token) const;
  /// Newest first: the order in which a retry should try them.
  std::vector<CheckpointRow> checkpoints(TrialNumber trial) const;
  /// How many numbers of the attempt are stored, superseded or not.
  std::int64_t rows_of(AttemptId attempt) const;
  /// All metrics, not superseded, in the order they were reported: of attempts, then of lines.
  std::vector<ReportedMeasurement> reported(TrialNumber trial) const;
  /// Of one metric, the same rows in the same order.
  std::vector<Measurement> measurements(TrialNumber trial, std::string_view metric) const;
  /// Every number of this metric that search trials reported on their way, superseded ones left
  /// out, in order of trial, attempt and line. One pass over the store.
  void for_each_measured(std::string_view metric,
                         const std::function<void(TrialNumber, const Measurement&)>& visit) const;
  std::vector<double> example_scores(TrialNumber trial, std::string_view dataset,
                                     std::string_view metric) const;
  std::vector<DecisionRow> decisions() const;
  std::vector<EventRow> events(std::int64_t after_seq = 0) const;
  /// The detail of the newest event of this kind, a JSON object; nothing when there was none. Reads
  /// the event log.
  std::optional<std::string> newest_event(std::string_view kind) const;
  /// The `seq` of the newest event, which is how many there are.
  std::int64_t last_event() const;

  /// Calls `row` with the column names once per row of a stable view ("v_trials",
  /// "v_measurements"). Cells are text, real numbers in the shortest decimals that read back
  /// exactly; nothing is NULL.
  void read_view(
      std::string_view view,
      const std::function<void(const std::vector<std::string>& names,
                               const std::vector<std::optional<std::string>>& cells)>& row) const;

  /// Is the file that was opened still the one under its name? False once it was moved, removed or
  /// replaced: what is written from then on nobody will find. Needs: not in memory.
  bool is_in_place() const;

  /// A copy of the whole store in one file, also while it is written. Replaces `target`.
  void back_up(const std::filesystem::path& target) const;

  /// For verify() and for tests, which ask questions of their own.
  Connection& connection() const { return *connection_; }

 private:
  explicit Store(std::unique_ptr<Connection> connection);

  /// Ends the transaction of a verb, with the session's run time.
  void commit(Transaction& transaction);
  /// The same of one that may be left to a later commit.
  void commit_or_defer(Transaction& transaction);

  // Parts of a verb: each needs the verb's transaction to be open.
  void write_event(std::string_view kind, std::optional<TrialNumber> trial,
                   std::optional<AttemptId> attempt, std::string_view detail);
  void write_decision(std::string_view kind, std::optional<TrialNumber> trial,
                      std::string_view record);
  void write_run_time();
  void write_trial(const NewTrial& trial);
  AttemptId write_attempt(const NewAttempt& attempt);
  void write_stop(AttemptId attempt, StopCause cause, const std::optional<EarlyStop>& early);
  void write_reports(AttemptId attempt, const ReportBatch& batch);
  /// `attempt`: whose end it is, if it has any.
  void write_trial_end(TrialNumber trial, const TrialEndRow& end, std::optional<AttemptId> attempt);
  void write_end_of_trial_event(TrialNumber trial, TrialState state,
                                std::optional<AttemptId> attempt);
  std::int64_t next_event();
  void write_told(TrialNumber trial, std::int64_t told);
  void move_trial(TrialNumber trial, TrialState to, std::string_view reason);
  void supersede(TrialNumber trial, std::optional<std::int64_t> beyond_step);

  std::unique_ptr<Connection> connection_;
  std::optional<SessionId> session_;  // of this process: attempts and events belong to it
  std::optional<std::string> session_token_;
  SessionClock clock_;
  std::function<void()> soon_;  // empty: nothing is left to a later commit
  double written_run_time_s_ = 0;
  FileIdentity opened_;
};

}  // namespace winnow::store
