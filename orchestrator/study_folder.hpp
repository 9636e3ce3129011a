// Where everything of a study lies on disk: every name the orchestrator writes, as pure functions.
//
//   ROOT/NAME/study.db                       the store
//   ROOT/NAME/study.lock                     held by the living orchestrator
//   ROOT/NAME/study.reserve                  space for the moment in which the disk is full
//   ROOT/NAME/cache/                         activations shared by all trials of the study
//   ROOT/NAME/trials/0007/checkpoints/…      shared by all attempts of trial 7
//   ROOT/NAME/trials/0007/attempt-2/         reports.jsonl control.jsonl log.txt params.json
//   exit.json
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "searchers/problem/trial.hpp"

namespace winnow::run {

class StudyFolder {
 public:
  /// Trials run elsewhere, so every path given to them is absolute.
  explicit StudyFolder(const std::filesystem::path& path)
      : path_(std::filesystem::absolute(path).lexically_normal()) {}

  const std::filesystem::path& path() const { return path_; }
  /// The study as a STUDY argument from the current folder, quoted for a shell where it must be.
  std::string as_argument() const;
  std::filesystem::path database() const { return path_ / "study.db"; }
  std::filesystem::path lock() const { return path_ / "study.lock"; }
  /// Space for the moment in which the disk is full; there while an orchestrator runs.
  std::filesystem::path reserve() const { return path_ / "study.reserve"; }
  std::filesystem::path cache() const { return path_ / "cache"; }
  std::filesystem::path trial(TrialNumber number) const;
  std::filesystem::path checkpoints(TrialNumber number) const {
    return trial(number) / "checkpoints";
  }
  /// Relative to the study folder, as it is stored in the attempt's row.
  static std::string attempt_name(TrialNumber number, int ordinal);
  std::filesystem::path attempt(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// File names inside an attempt's folder.
struct AttemptFiles {
  std::filesystem::path folder;
  std::filesystem::path reports() const { return folder / "reports.jsonl"; }
  std::filesystem::path control() const { return folder / "control.jsonl"; }
  std::filesystem::path log() const { return folder / "log.txt"; }
  std::filesystem::path params() const { return folder / "params.json"; }
  std::filesystem::path trainer() const { return folder / "trainer.json"; }
  std::filesystem::path exit_record() const { return folder / "exit.json"; }
};

/// `--root`, else WINNOW_ROOT, else ./studies.
std::filesystem::path studies_root(const std::optional<std::string>& option);

/// A STUDY argument: a name under the root, or a path to the folder or its study.db. Throws
/// ConfigError naming the studies that exist when there is none such, StoreError when this user may
/// not look.
StudyFolder find_study(std::string_view argument, const std::filesystem::path& root);

}  // namespace winnow::run
