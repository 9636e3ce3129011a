// winnow analyse STUDY: how its metrics are spread, what the score goes with, what moves it, what
// made the winner better than the default, where the learning curves lead.
#include <fmt/format.h>

#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/study_argument.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/decision/analysis.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

constexpr std::size_t columns_of_a_pipe = 200;

struct Arguments {
  StudyArgument study;
  AnalysisQuestion question;
  bool json = false;
};

ExitStatus show_analysis(const Arguments& arguments) {
  const store::Store store = arguments.study.open();
  const store::StudyRow study = store.study();
  const StudyConfig config =
      parse_stored_study(study.spec, study.config_path, arguments.study.folder().database());
  const AnalysisSummary summary = analyse(config.spec, store, arguments.question);
  if (arguments.json) {
    fmt::print("{}", json_line(as_json(summary)));
  } else {
    fmt::print("{}", as_text(summary, terminal_columns(columns_of_a_pipe)));
  }
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "analyse", "show what moves the score: correlations, sensitivity, ablation, learning curves",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      arguments->study.add_to(options);
      options.add("--metric", arguments->question.metric, "an objective (default: the first)");
      options.add("--at-step", arguments->question.at_step,
                  "where to follow learning curves to (default: twice the longest)");
      options.add_flag("--json", arguments->json, "one JSON object");
      return [arguments] { return show_analysis(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
