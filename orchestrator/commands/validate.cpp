// winnow validate FILE: is the study file right, and what does it say?
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/config/scalar.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

struct Arguments {
  std::string file;
  bool print = false;
  bool json = false;
};

std::string space_sentence(const StudySpec& spec) {
  const SearchSpace& space = spec.space;
  const std::size_t count = space.size();
  const bool is_finite = std::ranges::all_of(space.parameters(), [](const Parameter& parameter) {
    return cardinality(parameter.domain).has_value();
  });
  std::string points = is_finite ? "more than 2^63 points" : "infinitely many points";
  if (const auto number = space.cardinality()) points = fmt::format("{} distinct points", *number);
  if (const auto total = make_searcher(spec)->total(); total && total != space.cardinality()) {
    points += fmt::format(", of which {} tries {}", spec.method, *total);
  }
  return fmt::format("{} parameter{}, {}", count, count == 1 ? "" : "s", points);
}

std::string objective_sentence(const std::vector<Objective>& objectives) {
  std::string text;
  for (const Objective& objective : objectives) {
    const bool least = objective.direction == Direction::minimize;
    text += fmt::format("{}{} {}", text.empty() ? "" : " and ", least ? "minimises" : "maximises",
                        terminal_text(objective.metric));
  }
  return text;
}

std::string limits_sentence(const Limits& limits) {
  std::string text = limits.max_trials ? fmt::format("at most {} trials", *limits.max_trials)
                                       : std::string("any number of trials");
  text += fmt::format(", {} at once", limits.max_concurrent);
  if (limits.max_duration_s)
    text += fmt::format(", {} in all", duration_text(*limits.max_duration_s));
  if (limits.trial_timeout_s) {
    text += fmt::format(", {} a trial", duration_text(*limits.trial_timeout_s));
  }
  if (limits.max_gpu_hours) text += fmt::format(", {} GPU hours", *limits.max_gpu_hours);
  return text;
}

void print_summary(const StudyConfig& config) {
  const StudySpec& spec = config.spec;
  const bool trainer = std::holds_alternative<TrainerProgram>(config.program);
  fmt::print("{}: study {} {} with method {}{}; {}; {}; each trial runs {}.\n",
             config.file.string(), spec.name, objective_sentence(spec.objectives), spec.method,
             spec.determinism.is_strict() ? " (strict)" : "", space_sentence(spec),
             limits_sentence(spec.limits),
             trainer ? "the embedded trainer"
                     : terminal_text(std::get<CommandProgram>(config.program).arguments.front()));
}

nlohmann::ordered_json diagnostics_json(const std::vector<Diagnostic>& diagnostics,
                                        const std::string& file) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Diagnostic& diagnostic : diagnostics) {
    nlohmann::ordered_json fault = nlohmann::ordered_json::object();
    fault["file"] = file;
    fault["line"] = diagnostic.at.line;
    fault["column"] = diagnostic.at.column;
    fault["code"] = diagnostic.code;
    fault["message"] = diagnostic.message;
    list.push_back(std::move(fault));
  }
  return list;
}

void print_json(const std::vector<Diagnostic>& faults, const std::vector<Diagnostic>& warnings,
                const std::string& file) {
  nlohmann::ordered_json answer = nlohmann::ordered_json::object();
  answer["version"] = 1;
  answer["faults"] = diagnostics_json(faults, file);
  answer["warnings"] = diagnostics_json(warnings, file);
  fmt::print("{}", json_line(answer));
}

ExitStatus validate(const Arguments& arguments) {
  if (arguments.json) {
    try {
      print_json({}, read_study_file(arguments.file).warnings, arguments.file);
    } catch (const StudyFileError& error) {  // the faults are what was asked for
      print_json(error.diagnostics(), {}, arguments.file);
      return ExitStatus::study_file;
    }
    return ExitStatus::ok;
  }
  const StudyReading reading = read_study_file(arguments.file);
  fmt::print(stderr, "{}", warnings_text(reading));
  if (arguments.print) {
    fmt::print("{}\n", normalised(reading.config).dump(2));
  } else {
    print_summary(reading.config);
  }
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "validate", "check a study file; every fault with its line",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      options.add_required("FILE", arguments->file, "study file, YAML or JSON");
      options.add_flag("--print", arguments->print,
                       "print the normalised form, defaults written out");
      options.add_flag("--json", arguments->json, "faults and warnings as one JSON object",
                       "--print");
      return [arguments] { return validate(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
