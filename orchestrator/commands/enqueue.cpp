// winnow enqueue STUDY NAME=VALUE …: a point of one's own as the next trial.
#include <fmt/format.h>

#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/study_argument.hpp"
#include "orchestrator/commands/study_question.hpp"

namespace winnow::run {
namespace {

struct Arguments {
  StudyArgument study;
  std::vector<std::string> words;
};

ExitStatus enqueue_point(const Arguments& arguments) {
  const nlohmann::json answer =
      ask_study(arguments.study.folder(), "enqueue", {{"words", arguments.words}});
  fmt::print("trial {} will run it\n", answer.at("trial").get<std::int64_t>());
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "enqueue", "run a point of one's own as the next trial",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      arguments->study.add_to(options);
      options.add("VALUE", arguments->words,
                  "NAME=VALUE for each parameter: lr=0.01 optimizer=adam; the rest have their "
                  "defaults");
      return [arguments] { return enqueue_point(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
