// winnow pareto STUDY: the front of a study with several objectives, its knee, and how its
// hypervolume grew.
#include <fmt/format.h>

#include <charconv>
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
    const char* const end = each.data() + each.size();
    const bool is_named = equals != std::string::npos && equals > 0;
    const char* number = is_named ? each.data() + equals + 1 : end;
    // from_chars reads no plus sign; behind one a minus would be none.
    const bool has_plus = number != end && *number == '+' && number + 1 != end && number[1] != '-';
    const bool is_good =
        is_named && std::from_chars(number + (has_plus ? 1 : 0), end, value).ptr == end;
    if (!is_good || !std::isfinite(value)) {
      throw ConfigError("--reference",
                        fmt::format("expected METRIC=NUMBER, found {}", terminal_text(each)));
    }
    const std::string metric = each.substr(0, equals);
    if (!reference.emplace(metric, value).second) {
      throw ConfigError("--reference", fmt::format("{} is given twice", terminal_text(metric)));
    }
  }
  return reference;
}

ExitStatus show_front(const Arguments& arguments) {
  if (arguments.csv && arguments.trace) {
    throw ConfigError("--trace", "prints another table than --csv; give one of the two");
  }
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
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      arguments->study.add_to(options);
      options.add("--reference", arguments->reference,
                  "METRIC=VALUE to measure the hypervolume up to; may be repeated (default: a "
                  "tenth of the front's range behind it)");
      options.add_flag("--json", arguments->json, "one JSON object");
      options.add_flag("--csv", arguments->csv, "the members, comma-separated, exact numbers",
                       "--json");
      options.add_flag("--trace", arguments->trace,
                       "the hypervolume after each trial that enlarged it, comma-separated",
                       "--json");
      return [arguments] { return show_front(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
