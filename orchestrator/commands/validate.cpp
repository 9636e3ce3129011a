// winnow validate FILE: is the study file right, and what does it say?
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/prior_studies.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/secrets.hpp"
#include "orchestrator/study_folder.hpp"
#include "orchestrator/study_sentences.hpp"
#include "orchestrator/trainer_check.hpp"
#include "orchestrator/trainer_suggestions.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

struct Arguments {
  std::string file;
  bool print = false;
  bool json = false;
  std::optional<std::string> format;
};

void print_summary(const StudyConfig& config) {
  const StudySpec& spec = config.spec;
  const bool trainer = std::holds_alternative<TrainerProgram>(config.program);
  const std::string proof = spec.selection ? "; " + selection_sentence(*spec.selection) : "";
  fmt::print("{}: study {} {} with method {}{}; {}; {}; each trial runs {}{}.\n",
             config.file.string(), spec.name, objective_sentence(spec.objectives), spec.method,
             spec.determinism.is_strict() ? " (strict)" : "", space_sentence(spec),
             limits_sentence(spec.limits),
             trainer
                 ? "the embedded trainer"
                 : terminal_text(fmt::format(
                       "{}", fmt::join(std::get<CommandProgram>(config.program).arguments, " "))),
             proof);
  if (const std::string others = suggested_parameters(config); !others.empty()) {
    fmt::print("Settings that could be parameters as well, with their usual ranges:\n{}", others);
  }
}

nlohmann::ordered_json diagnostics_json(const std::vector<Diagnostic>& diagnostics,
                                        const std::string& file) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Diagnostic& diagnostic : diagnostics) {
    nlohmann::ordered_json fault = nlohmann::ordered_json::object();
    fault["file"] = diagnostic.file.empty() ? file : diagnostic.file;
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

bool wants_json(const Arguments& arguments) {
  if (!arguments.format || arguments.format == "text") return arguments.json;
  if (arguments.format == "json" && !arguments.print) return true;
  throw ConfigError("--format", fmt::format("needs text, or json without --print; found {}",
                                            terminal_text(*arguments.format)));
}

ExitStatus validate(const Arguments& arguments) {
  if (wants_json(arguments)) {
    try {
      StudyReading reading = read_study_file(arguments.file);
      check_trainer_inputs(reading);
      take_prior_studies(reading.config, studies_root(std::nullopt));
      print_json({}, reading.warnings, arguments.file);
    } catch (const StudyFileError& error) {  // the faults are what was asked for
      print_json(error.diagnostics(), {}, arguments.file);
      return ExitStatus::study_file;
    }
    return ExitStatus::ok;
  }
  StudyReading reading = read_study_file(arguments.file);
  check_trainer_inputs(reading);
  fmt::print(stderr, "{}", warnings_text(reading));
  take_prior_studies(reading.config, studies_root(std::nullopt));
  if (arguments.print) {
    StudyConfig shown = reading.config;
    for (auto& [name, value] : shown.trial.environment) value = shown_value(name, value);
    fmt::print("{}\n", normalised(shown).dump(2));
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
      options.add("--format", arguments->format, "text, or json: the same as --json");
      return [arguments] { return validate(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
