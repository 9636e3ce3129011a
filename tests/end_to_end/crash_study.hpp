// A small study of scripted trials in a folder of its own, run by the crash tests' copy of winnow,
// and what must hold of it afterwards.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.hpp"

namespace winnow::tests {

struct CrashStudyShape {
  int trials = 8;
  int slots = 3;
  double step_s = 0.01;
  std::string determinism = "strict";
  int retries = 0;
  std::string max_duration = "1h";
  bool stops_early = false;  // half of the trials, after their first or second step
};

/// What a resuming session does with trials that are still alive.
enum class Resume { adopt, fresh };

class CrashStudy {
 public:
  explicit CrashStudy(const CrashStudyShape& shape);
  ~CrashStudy();
  CrashStudy(const CrashStudy&) = delete;
  CrashStudy& operator=(const CrashStudy&) = delete;

  /// Starts `run` the first time and `resume` from then on. `crash_at` as in WINNOW_CRASH_AT.
  pid_t start(const std::optional<std::string>& crash_at = std::nullopt,
              Resume resume = Resume::adopt);
  /// Waits for its end; the exit code, or the signal as a negative number. One that does not end
  /// within ten minutes, which is more than any session here takes also where others have the
  /// processors, is killed.
  static int wait(pid_t orchestrator);
  /// start and wait.
  int run(const std::optional<std::string>& crash_at = std::nullopt, Resume resume = Resume::adopt);

  /// After a crash at `process_recorded`: returns once the keeper at its gate has ended, as it does
  /// by itself. Until then it would be adopted.
  void wait_for_keeper_at_gate() const;

  /// Does the store exist yet? Before, nothing has happened.
  bool has_store() const;
  /// After a killed session: everything violated as it was left, then after a recovery; a line
  /// each.
  std::string violations_after_crash() const;
  /// After a session that ended by itself, also one that was told to stop: nothing may be left to
  /// recover.
  std::string violations_at_end() const;
  /// One line a trial: number, state, reason, seed, point, values, reported steps. Not: attempts
  /// and times.
  std::string table() const;
  /// Of all sessions, as far as they committed it.
  double run_time_s() const;
  /// Attempts of all trials.
  std::size_t attempts() const;
  /// What sessions wrote that ended by a mistake of winnow's, one after the other.
  std::string crash_reports() const;
  /// What the program printed so far.
  std::string output() const;

  /// Living processes of this study, keepers not among them.
  std::vector<pid_t> programs() const;
  /// Keepers of attempts that have not ended.
  std::vector<pid_t> keepers() const;

 private:
  /// Ends of trials that somebody has read on the screen and the store does not have.
  std::string shown_but_not_committed() const;
  std::filesystem::path study() const { return folder_ / "studies/shot"; }
  std::filesystem::path store_file() const { return study() / "study.db"; }
  TemporaryFolder folder_;
  CrashStudyShape shape_;
};

}  // namespace winnow::tests
