// winnow show STUDY TRIAL: everything that is known about one trial.
#include <fmt/format.h>

#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/trial_argument.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/report/trial_details.hpp"

namespace winnow::run {
namespace {

// On a pipe lines may be as long as they want; nobody reads more than this on a screen.
constexpr std::size_t unlimited_columns = 10'000;

struct Arguments {
  TrialArgument trial;
  bool json = false;
};

ExitStatus show_trial(const Arguments& arguments) {
  const store::Store store = arguments.trial.study.open();
  const store::TrialRow row = arguments.trial.find_in(store);
  const StudyFolder folder = arguments.trial.study.folder();
  const TrialDetails details = details_of(store, row, folder.trial(row.trial.suggestion.number));
  if (arguments.json) {
    fmt::print("{}", json_line(as_json(details)));
  } else {
    fmt::print("{}", as_text(details, terminal_columns(unlimited_columns)));
  }
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "show", "show a trial: parameters, metrics, attempts, checkpoints, files",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      arguments->trial.add_to(options);
      options.add_flag("--json", arguments->json, "one JSON object");
      return [arguments] { return show_trial(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
