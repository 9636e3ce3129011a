// winnow kill STUDY TRIAL: end one trial for good.
#include <fmt/format.h>

#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/study_question.hpp"
#include "orchestrator/commands/trial_argument.hpp"

namespace winnow::run {
namespace {

ExitStatus kill_trial(const TrialArgument& argument) {
  const TrialNumber number = argument.find_in(argument.study.open()).trial.suggestion.number;
  const nlohmann::json answer =
      ask_study(argument.study.folder(), "kill", {{"trial", number.value}});
  const bool is_running = answer.at("is_running").get<bool>();
  fmt::print("trial {} {}\n", number.value,
             is_running ? "is told to end; it will be cancelled" : "is cancelled");
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "kill", "end one trial for good, running or queued",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto argument = std::make_shared<TrialArgument>();
      argument->add_to(options);
      return [argument] { return kill_trial(*argument); };
    }});

}  // namespace
}  // namespace winnow::run
