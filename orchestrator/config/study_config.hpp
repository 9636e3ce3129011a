// A study file, read: what is searched (StudySpec) and how one trial is run. One reader for YAML
// and JSON; every fault in the file is reported in one pass with its line and column.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "orchestrator/config/diagnostic.hpp"
#include "orchestrator/log_policy.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/problem/study.hpp"
#include "searchers/registry.hpp"

namespace winnow::run {

/// Any program. `arguments` as in the file, macros (`${args}` …) not yet expanded.
struct CommandProgram {
  std::vector<std::string> arguments;
  bool operator==(const CommandProgram&) const = default;
};

/// The embedded trainer. `settings`: a JSON object of trainer settings
/// (trainer/protocol/settings.hpp), checked, with absolute paths; parameters of the point are laid
/// over it.
struct TrainerProgram {
  nlohmann::json settings;
  bool operator==(const TrainerProgram&) const = default;
};

using Program = std::variant<CommandProgram, TrainerProgram>;

struct TrialPolicy {
  double gpus = 0;                                // devices per trial; below 1 a share of one
  std::optional<int> cpus = {};                   // processors that a trial has to itself
  std::optional<std::int64_t> memory_bytes = {};  // that a process of a trial may take
  int retries = 0;                                // further attempts after a crash
  /// How often a trial for which its device has too little memory is tried again with half the
  /// batch.
  int batch_halvings = 0;
  double grace_s = 30;  // between TERM and KILL
  /// Without anything new in its reports for so long a trial is ended.
  std::optional<double> heartbeat_timeout_s;
  /// A trial ends as failed at the first NaN or infinity of an objective, not only with one.
  bool fails_fast_on_nan = false;
  std::map<std::string, std::string> environment;
  /// Presets and patterns (metric_patterns.hpp) that find numbers in what a command prints.
  std::vector<std::string> metrics_from = {};
  /// What lines in the log of an attempt that did not finish mean; the first that is found counts.
  std::vector<LogPolicy> log_policies = {};
  bool operator==(const TrialPolicy&) const = default;
};

/// Which checkpoints of trials are kept; those that none of the three names are deleted.
struct CheckpointPolicy {
  int best_overall = 1;      // of all trials, by the first objective's value at their step
  int best_per_trial = 1;    // of each trial, likewise
  int latest_per_trial = 1;  // of each trial
  bool operator==(const CheckpointPolicy&) const = default;
};

struct StudyConfig {
  StudySpec spec;
  Program program;
  TrialPolicy trial;
  std::optional<CheckpointPolicy> checkpoints = {};  // nothing: all are kept
  std::filesystem::path file;                        // absolute; where the study file was
  std::string text;                                  // as it was
  bool operator==(const StudyConfig&) const = default;
  /// Relative paths of a study start here, and trials run here.
  std::filesystem::path folder() const { return file.parent_path(); }
};

/// A study file is wrong. The faults have places "file:line:col" (a file that cannot be read: the
/// file alone), and show the line of the file; the same as data in `diagnostics`, for programs.
class StudyFileError final : public ConfigError {
 public:
  StudyFileError(std::vector<Diagnostic> diagnostics, const std::filesystem::path& file,
                 std::string_view text);
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  std::vector<Diagnostic> diagnostics_;
};

/// What was read, and what in it may not mean what its author thinks.
struct StudyReading {
  StudyConfig config;
  std::string file;  // as it was named
  std::vector<Diagnostic> warnings;
  /// Of a trainer study: where it says what a setting is, by the setting's name; for those that it
  /// leaves out the `trainer:` block.
  std::map<std::string, Position> setting_places = {};
};

/// Reads and checks a study file. `overrides`: "limits.max_trials=50", each laid over the file
/// before it is checked. Throws StudyFileError; ConfigError for what is no override; SystemError
/// never.
StudyReading read_study_file(const std::filesystem::path& file,
                             const std::vector<std::string>& overrides = {});
/// A study file as it is. Throws StudyFileError when it cannot be read.
std::string study_file_text(const std::filesystem::path& file);
/// A line for each warning, with its place and the line of the file it is about.
std::string warnings_text(const StudyReading& reading);

/// The same for text that came from elsewhere; `file` is used for messages and relative paths.
/// Takes larger texts than a study file may have: the normalised form of one.
StudyConfig parse_study(std::string_view text, const std::filesystem::path& file);

/// The study that a store holds, in its normalised form. What is wrong with it now (a program that
/// was removed, say) is a ConfigError whose places name `store`: nobody wrote that text.
StudyConfig parse_stored_study(std::string_view spec, const std::filesystem::path& config_path,
                               const std::filesystem::path& store);

/// The study with settings laid over it, "limits.max_trials=50". Throws ConfigError with what is
/// wrong with them.
StudyConfig with_settings(const StudyConfig& config, const std::vector<std::string>& settings);

/// A point of the study's space from words NAME=VALUE, completed by defaults. Throws ConfigError.
Point point_from_words(const std::vector<std::string>& words, const StudySpec& spec);

/// What the search method of a study is made from, its options excepted.
search::Setup search_setup(const StudySpec& spec);
/// The search method of a study. Throws ConfigError as search::make_searcher does.
std::unique_ptr<search::Searcher> make_searcher(const StudySpec& spec);

/// The normalised form: every default written out, natural units, durations in seconds with unit
/// "s". parse_study(normalised(c).dump(), c.file) equals c but for `text`.
nlohmann::ordered_json normalised(const StudyConfig& config);

}  // namespace winnow::run
