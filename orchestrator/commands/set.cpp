// winnow set STUDY KEY=VALUE …: other limits for a study that has begun, also while it runs.
#include <fmt/format.h>

#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/study_argument.hpp"
#include "orchestrator/commands/study_question.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

struct Arguments {
  StudyArgument study;
  std::vector<std::string> settings;
};

ExitStatus set_limits(const Arguments& arguments) {
  if (arguments.settings.empty()) {
    throw ConfigError("SETTING", "expected KEY=VALUE, such as max_trials=200");
  }
  const nlohmann::json answer =
      ask_study(arguments.study.folder(), "set", {{"settings", arguments.settings}});
  const nlohmann::json& changed = answer.at("changed");
  for (const nlohmann::json& line : changed) fmt::print("{}\n", line.get<std::string>());
  if (changed.empty()) fmt::print("nothing changes: it is so already\n");
  if (answer.at("from_next_session").get<bool>()) {
    fmt::print("max_concurrent counts from the next `winnow resume {}` on\n",
               arguments.study.folder().as_argument());
  }
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "set", "other limits for a study that has begun, also while it runs",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      arguments->study.add_to(options);
      options.add("SETTING", arguments->settings,
                  "KEY=VALUE: max_trials=200 max_duration=2h description='second round'");
      return [arguments] { return set_limits(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
