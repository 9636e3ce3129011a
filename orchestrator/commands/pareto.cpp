// winnow pareto STUDY: the front of a study with several objectives, its knee, and how its
// hypervolume grew.
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/study_argument.hpp"
#include "orchestrator/decision/pareto_front.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

// On a pipe lines may be as long as they want; nobody reads more than this on a screen.
constexpr std::size_t unlimited_columns = 10'000;

struct Arguments {
  StudyArgument study;
  std::vector<std::string> reference;
  bool json = false;
  bool csv = false;
  bool trace = false;
};

std::map<std::string, double> read_reference(const std::vector<std::string>& given) {
  std::map<std::string, double> reference;
  for (const std::string& each : given) {
    const std::size_t equals = each.rfind('=');  // a metric's name may hold one
    double value = NAN;
    const bool is_good = equals != std::string::npos && equals > 0 &&
                         CLI::detail::lexical_cast(each.substr(equals + 1), value) &&
                         std::isfinite(value);
    if (!is_good) {
      throw ConfigError("--reference",
                        fmt::format("expected METRIC=NUMBER, found {}", terminal_text(each)));
    }
    reference[each.substr(0, equals)] = value;
  }
  return reference;
}

ExitStatus show_front(const Arguments& arguments) {
  const store::Store store = arguments.study.open();
  const ParetoSummary summary = pareto_summary(store, read_reference(arguments.reference));
  if (arguments.json) {
    fmt::print("{}", json_line(as_json(summary)));
  } else if (arguments.csv || arguments.trace) {
    fmt::print("{}", as_csv(arguments.trace ? trace_table(summary) : front_table(summary)));
  } else if (!summary.front.empty()) {
    fmt::print("{}", as_text(summary, terminal_columns(unlimited_columns)));
  }
  if (!summary.front.empty()) return ExitStatus::ok;
  fmt::print(stderr, "winnow: no trial has completed with a value of every objective yet\n");
  return ExitStatus::study_failed;
}

const CommandRegistration registration(CommandEntry{
    "pareto", "show the Pareto front of a study with several objectives",
    [](CLI::App& app) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      arguments->study.add_to(app);
      app.add_option("--reference", arguments->reference,
                     "METRIC=VALUE to measure the hypervolume up to; may be repeated (default: a "
                     "tenth of the front's range behind it)");
      CLI::Option* json = app.add_flag("--json", arguments->json, "one JSON object");
      app.add_flag("--csv", arguments->csv, "the members, comma-separated, exact numbers")
          ->excludes(json);
      app.add_flag("--trace", arguments->trace,
                   "the hypervolume after each trial that enlarged it, comma-separated")
          ->excludes(json);
      return [arguments] { return show_front(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
