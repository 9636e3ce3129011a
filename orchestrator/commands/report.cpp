// winnow report STUDY: one HTML file with the decision, its evidence and the search, which opens
// from disk.
#include <fmt/format.h>

#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/study_argument.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/decision/analysis.hpp"
#include "orchestrator/decision/chosen_trial.hpp"
#include "orchestrator/decision/importance.hpp"
#include "orchestrator/decision/pareto_front.hpp"
#include "orchestrator/export/new_folder.hpp"
#include "orchestrator/report/html/html_report.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/report/withheld.hpp"

namespace winnow::run {
namespace {

struct Arguments {
  StudyArgument study;
  std::optional<std::string> out;
};

ReportContent gather(const store::Store& store, const StudyFolder& folder) {
  ReportContent content;
  content.study = store.study();
  content.spec =
      parse_stored_study(content.study.spec, content.study.config_path, folder.database()).spec;
  content.trials = shown_trials(store);
  if (const auto chosen = chosen_trial(store)) content.chosen = chosen->trial.suggestion.number;
  if (const auto decision = newest_decision(store)) {
    content.decision = nlohmann::ordered_json::parse(decision->record);
  }
  try {
    content.importance = importance(content.spec, content.trials, std::nullopt);
  } catch (const ConfigError& error) {  // too few trials: the report says so and goes on
    content.no_importance = error.faults().front().message;
  }
  content.analysis = analyse(content.spec, store, {});
  if (content.study.objectives.size() > 1) content.front = pareto_summary(store, {});
  return content;
}

ExitStatus write_report(const Arguments& arguments) {
  const store::Store store = arguments.study.open();
  const StudyFolder folder = arguments.study.folder();
  const ReportContent content = gather(store, folder);
  const std::filesystem::path file =
      arguments.out.value_or(fmt::format("{}-report.html", content.study.name));
  write_for_others(file, html_report(content));
  fmt::print("wrote {}\n", terminal_text(file.string()));
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "report", "write the decision, its evidence and the search as one HTML file",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      arguments->study.add_to(options);
      options.add("--out", arguments->out, "the file (default: NAME-report.html here)");
      return [arguments] { return write_report(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
