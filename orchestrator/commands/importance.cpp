// winnow importance STUDY: which parameters matter, beside how well the model that says so
// predicts.
#include "orchestrator/decision/importance.hpp"

#include <fmt/format.h>

#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/study_argument.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

constexpr std::size_t columns_of_a_pipe = 200;

struct Arguments {
  StudyArgument study;
  std::optional<std::string> metric;
  bool json = false;
  bool csv = false;
};

ExitStatus show_importance(const Arguments& arguments) {
  const store::Store store = arguments.study.open();
  const store::StudyRow study = store.study();
  const StudyConfig config =
      parse_stored_study(study.spec, study.config_path, arguments.study.folder().database());
  const ImportanceSummary summary = importance(config.spec, store.trials(), arguments.metric);
  if (arguments.json) {
    fmt::print("{}", json_line(as_json(summary)));
  } else if (arguments.csv) {
    fmt::print("{}", as_csv(importance_table(summary)));
  } else {
    fmt::print("{}", as_text(summary, terminal_columns(columns_of_a_pipe)));
  }
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "importance", "show which parameters matter, and whether the model behind that predicts",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      arguments->study.add_to(options);
      options.add("--metric", arguments->metric, "an objective (default: the first)");
      options.add_flag("--json", arguments->json, "one JSON object");
      options.add_flag("--csv", arguments->csv, "comma-separated, exact numbers", "--json");
      return [arguments] { return show_importance(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
