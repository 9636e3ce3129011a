// winnow compare STUDY TRIALS...: what differs between some trials, and by more than chance?
#include <fmt/format.h>

#include <charconv>
#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/study_argument.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/decision/trial_comparison.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/report/withheld.hpp"

namespace winnow::run {
namespace {

constexpr std::size_t columns_of_a_pipe = 200;

struct Arguments {
  StudyArgument study;
  std::vector<std::string> trials;
  bool json = false;
  bool csv = false;
};

std::vector<TrialNumber> read_numbers(const std::vector<std::string>& words) {
  std::vector<TrialNumber> numbers;
  for (const std::string& word : words) {
    TrialNumber number;
    const char* const end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, number.value);
    if (error != std::errc{} || stop != end) {
      throw ConfigError("TRIALS",
                        fmt::format("expected a trial's number, found {}", terminal_text(word)));
    }
    numbers.push_back(number);
  }
  return numbers;
}

ExitStatus compare(const Arguments& arguments) {
  const store::Store store = arguments.study.open();
  const store::StudyRow study = store.study();
  const StudyConfig config =
      parse_stored_study(study.spec, study.config_path, arguments.study.folder().database());
  const TrialComparison comparison =
      compare_trials(config.spec, shown_trials(store), read_numbers(arguments.trials));
  if (arguments.json) {
    fmt::print("{}", json_line(as_json(comparison)));
  } else if (arguments.csv) {
    fmt::print("{}", as_csv(comparison_table(comparison)));
  } else {
    fmt::print("{}", as_text(comparison, terminal_columns(columns_of_a_pipe)));
  }
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "compare", "show trials side by side, tested where they ran under the same fresh seeds",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      arguments->study.add_to(options);
      options.add("TRIALS", arguments->trials, "numbers of two trials or more");
      options.add_flag("--json", arguments->json, "one JSON object");
      options.add_flag("--csv", arguments->csv, "comma-separated, exact numbers", "--json");
      return [arguments] { return compare(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
