// winnow trials STUDY: all trials with their parameters and numbers.
#include <fmt/format.h>

#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/study_argument.hpp"
#include "orchestrator/decision/chosen_trial.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/table.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/report/trials_table.hpp"
#include "orchestrator/report/withheld.hpp"

namespace winnow::run {
namespace {

// On a pipe lines may be as long as they want; nobody reads more than this on a screen.
constexpr std::size_t unlimited_columns = 10'000;

struct Arguments {
  StudyArgument study;
  bool json = false;
  bool csv = false;
};

void print_json(const std::vector<store::TrialRow>& rows) {
  nlohmann::ordered_json answer = nlohmann::ordered_json::object();
  answer["version"] = 1;
  answer["trials"] = nlohmann::ordered_json::array();
  for (const store::TrialRow& row : rows) answer["trials"].push_back(trial_json(row));
  fmt::print("{}", json_line(answer));
}

ExitStatus list_trials(const Arguments& arguments) {
  const store::Store store = arguments.study.open();
  const std::vector<store::TrialRow> rows = shown_trials(store);
  if (arguments.json) {
    print_json(rows);
  } else if (arguments.csv) {
    fmt::print("{}", as_csv(trials_for_programs(rows)));
  } else if (rows.empty()) {
    fmt::print("no trials yet\n");
  } else {
    const std::optional<store::TrialRow> chosen = chosen_trial(store);
    const Table table =
        trials_for_people(rows, store.study().objectives,
                          chosen ? std::optional(chosen->trial.suggestion.number) : std::nullopt);
    fmt::print("{}", as_text(table, terminal_columns(unlimited_columns)));
  }
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "trials", "list the trials of a study",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      arguments->study.add_to(options);
      options.add_flag("--json", arguments->json, "one JSON object");
      options.add_flag("--csv", arguments->csv, "comma-separated, exact numbers", "--json");
      return [arguments] { return list_trials(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
