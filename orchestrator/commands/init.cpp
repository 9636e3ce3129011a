// winnow init [FOLDER]: a study file and a trial to begin with, both of them whole; or, --from
// another tool, its file as a study file.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/imported_file.hpp"
#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view study_text =
    R"(# winnow validate study.yaml says what is wrong; configs/README.md has every key.
method: auto                        # winnow methods
metric: {name: loss, goal: minimize}
parameters:
  rate:  {min: 1e-4, max: 1.0, scale: log}
  depth: {min: 1, max: 6}           # two whole numbers: an integer
limits: {max_trials: 20, max_concurrent: 2}
trial:
  command: [./trial.sh, "${args}"]  # runs ./trial.sh --rate=0.013 --depth=4
)";

constexpr std::string_view trial_text = R"(#!/bin/sh
# A trial reads its parameters, computes, and appends what it found to $WINNOW_REPORT_FILE.
for argument in "$@"; do
  case $argument in
    --rate=*) rate=${argument#*=} ;;
    --depth=*) depth=${argument#*=} ;;
  esac
done
loss=$(awk -v r="$rate" -v d="$depth" 'BEGIN { print (log(r) + 4) ^ 2 + (d - 3) ^ 2 }')
echo "{\"loss\": $loss}" >> "$WINNOW_REPORT_FILE"
)";

struct Arguments {
  std::optional<std::string> place;
  std::optional<std::string> from;
};

/// study.yaml here, from the file of another tool.
ExitStatus init_from(const Arguments& arguments) {
  std::vector<std::string> names;
  for (const DefinitionFormat& format : definition_formats()) names.push_back(format.name);
  const auto format = std::ranges::find(names, *arguments.from);
  if (*arguments.from == "optuna") {
    throw ConfigError("--from",
                      "Optuna has no study files; write one, and `winnow import optuna FILE "
                      "--study study.yaml` takes the trials of its storage");
  }
  if (format == names.end()) {
    throw ConfigError("--from", fmt::format("there is {}, not `{}`{}", fmt::join(names, ", "),
                                            terminal_text(*arguments.from),
                                            did_you_mean(*arguments.from, names)));
  }
  if (!arguments.place) {
    throw ConfigError("--from", fmt::format("name the file: winnow init --from {} FILE", *format));
  }
  const fs::path study = "study.yaml";
  const ExitStatus status =
      write_imported(definition_formats()[static_cast<std::size_t>(format - names.begin())],
                     *arguments.place, study);
  fmt::print("study.yaml is made. Next: winnow validate study.yaml\n");
  return status;
}

ExitStatus init_study(const Arguments& arguments) {
  if (arguments.from) return init_from(arguments);
  const fs::path folder = arguments.place.value_or(".");
  const fs::path study = folder / "study.yaml", trial = folder / "trial.sh";
  for (const fs::path& file : {study, trial}) {
    if (!fs::exists(file)) continue;
    throw ConfigError("FOLDER",
                      fmt::format("{} exists; name another folder", terminal_text(file.string())));
  }
  fs::create_directories(folder);
  write_file(study, fmt::format("name: my-first\n{}", study_text));
  write_file(trial, std::string(trial_text));
  fs::permissions(trial, fs::perms::owner_exec | fs::perms::group_exec, fs::perm_options::add);
  const std::string shown = terminal_text(fs::proximate(study).string());
  fmt::print(
      "{} and trial.sh are made. Next:\n"
      "  winnow plan {}      # what it would do\n"
      "  winnow run {}\n"
      "  winnow best my-first\n",
      shown, shown, shown);
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "init", "make a study file and a trial to begin with",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      options.add("FOLDER", arguments->place,
                  "where (default: here); with --from the other tool's file");
      options.add("--from", arguments->from,
                  "wandb, nni or katib: study.yaml here from a file of that tool");
      return [arguments] { return init_study(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
