// winnow status STUDY: where the study stands, and what runs now.
#include <fmt/format.h>

#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/study_argument.hpp"
#include "orchestrator/decision/chosen_trial.hpp"
#include "orchestrator/decision/claim.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/study_status.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/report/withheld.hpp"
#include "orchestrator/study_holder.hpp"

namespace winnow::run {
namespace {

constexpr std::size_t columns_of_a_pipe = 200;

struct Arguments {
  StudyArgument study;
  bool json = false;
  bool prometheus = false;
};

/// Empty where nothing was tested.
std::string tested_verdict(const std::string& record) {
  const auto verdict = nlohmann::json::parse(record).value("verdict", std::string());
  return verdict == to_text(VerdictWord::not_tested) ? "" : verdict;
}

ExitStatus show_status(const Arguments& arguments) {
  const store::Store store = arguments.study.open();
  StudyStatus status = status_of(store, living_orchestrator(arguments.study.folder()));
  status.best = chosen_trial(store);
  if (status.best) status.best = shown_trial(store, *std::move(status.best));
  const std::optional<store::DecisionRow> decision = newest_decision(store);
  if (decision) status.verdict = tested_verdict(decision->record);
  if (arguments.prometheus) {
    fmt::print("{}", as_prometheus(status));
  } else if (arguments.json) {
    fmt::print("{}", json_line(as_json(status)));
  } else {
    fmt::print("{}", as_text(status, terminal_columns(columns_of_a_pipe)));
  }
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "status", "show where a study stands",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      arguments->study.add_to(options);
      options.add_flag("--json", arguments->json, "one JSON object");
      options.add_flag("--prometheus", arguments->prometheus,
                       "the text format of Prometheus, for its textfile collector", "--json");
      return [arguments] { return show_status(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
