// winnow retry STUDY TRIAL: the point of an ended trial once more, as a new trial.
#include <fmt/format.h>

#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/study_question.hpp"
#include "orchestrator/commands/trial_argument.hpp"

namespace winnow::run {
namespace {

ExitStatus retry_trial(const TrialArgument& argument) {
  const TrialNumber number = argument.find_in(argument.study.open()).trial.suggestion.number;
  const nlohmann::json answer =
      ask_study(argument.study.folder(), "retry", {{"trial", number.value}});
  fmt::print("trial {} will run the point of trial {}\n", answer.at("trial").get<std::int64_t>(),
             number.value);
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "retry", "run the point of an ended trial once more, as a new trial",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto argument = std::make_shared<TrialArgument>();
      argument->add_to(options);
      return [argument] { return retry_trial(*argument); };
    }});

}  // namespace
}  // namespace winnow::run
