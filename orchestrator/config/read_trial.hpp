// How one trial of a study is run: the program (`trial.command` or `trainer:`) and the policy
// around it.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <vector>

#include "orchestrator/config/diagnostic.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/config/yaml.hpp"
#include "searchers/problem/objective.hpp"
#include "searchers/problem/search_space.hpp"

namespace winnow::run {

/// The `trial:` block: the policy, and the command if there is one. `folder`: where relative paths
/// start.
struct TrialBlock {
  TrialPolicy policy;
  std::optional<CommandProgram> command;
  bool has_command = false;  // also one with an error
};
TrialBlock read_trial(const Node& trial, const std::optional<std::string>& study_program,
                      const std::filesystem::path& folder, Diagnostics& diagnostics);

/// A command's argument list, without the macros that need no trial. `study_program`: the
/// `program:` of the file, for `${program}`.
std::optional<CommandProgram> read_command(const Node& node,
                                           const std::optional<std::string>& study_program,
                                           const std::filesystem::path& folder,
                                           Diagnostics& diagnostics);
/// The command that runs `program:`, a Python script, as W&B runs it.
std::optional<CommandProgram> read_program(const Node& node, const std::filesystem::path& folder,
                                           Diagnostics& diagnostics);

/// The `trainer:` block: settings as the trainer will take them, files as absolute paths that
/// exist.
TrainerProgram read_trainer(const Node& trainer, const std::filesystem::path& folder,
                            Diagnostics& diagnostics);

/// What only the whole study shows: parameters that are no settings of the trainer or leave their
/// ranges, required settings that nobody gives, objectives that it does not report. `root`: the
/// file.
void check_trainer_study(const Node& root, const TrainerProgram& program, const SearchSpace& space,
                         const std::filesystem::path& folder, Diagnostics& diagnostics);
/// Where the file says what each setting of the trainer is: StudyReading::setting_places.
std::map<std::string, Position> setting_places(const Node& root, const SearchSpace& space);
/// The values that a parameter may give to a trial, as far as they need to be looked at: ends of a
/// range, choices.
std::vector<Value> extreme_values(const Domain& domain);
/// `metric`: one that trials are to report, named at `at`.
void check_reported_metric(const std::string& metric, Position at, const TrainerProgram& program,
                           Diagnostics& diagnostics);

}  // namespace winnow::run
