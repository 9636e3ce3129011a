// winnow import FORMAT FILE: a study file from another tool's, or a study that knows past trials.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/knowing_study.hpp"
#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/import/imported_study.hpp"
#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

struct Arguments {
  std::string format;
  std::string file;
  std::vector<std::string> settings;
  std::optional<std::string> study;
  std::optional<std::string> to;
  std::optional<std::string> root;
};

/// What the file would still be refused for; it may be another machine's program.
void say_what_is_left(const std::string& text, const std::filesystem::path& file) {
  try {
    parse_study(text, file);
  } catch (const StudyFileError& error) {
    for (const Diagnostic& fault : error.diagnostics()) {
      fmt::print(stderr, "to be done: {} [{}]\n", fault.message, fault.code);
    }
  }
}

ExitStatus import_definition(const DefinitionFormat& format, const Arguments& arguments) {
  if (arguments.study || arguments.root || !arguments.settings.empty()) {
    throw ConfigError("import", fmt::format("{} makes a study file, and --to says where: --study, "
                                            "--root and settings are for past trials (csv, optuna)",
                                            format.name));
  }
  const std::string text = study_file_text(arguments.file);
  Diagnostics diagnostics;
  const std::optional<Node> root = parse_yaml(text, user_file_limits, diagnostics);
  ImportedStudy imported;
  if (root && !diagnostics.has_errors()) imported = format.read(*root, diagnostics);
  if (diagnostics.has_errors()) throw StudyFileError(diagnostics.errors(), arguments.file, text);
  const std::string made = study_file_of(imported, arguments.file);
  const std::filesystem::path target = arguments.to.value_or("study.yaml");
  if (arguments.to) {
    if (std::filesystem::exists(target)) {
      throw ConfigError("--to", fmt::format("{} exists", terminal_text(target.string())));
    }
    write_file(target, made);
    for (const std::string& note : imported.notes) fmt::print("{}\n", terminal_text(note));
  } else {
    fmt::print("{}", made);
  }
  say_what_is_left(made, target);
  return ExitStatus::ok;
}

ExitStatus import_results(const ResultsFormat& format, const Arguments& arguments) {
  if (arguments.to) {
    throw ConfigError("--to", "past trials become a study, not a file: leave it out");
  }
  if (!arguments.study) {
    throw ConfigError("--study", "past trials are for a study: name its file");
  }
  const StudyReading reading = read_study_file(*arguments.study, arguments.settings);
  fmt::print(stderr, "{}", warnings_text(reading));
  const StudyConfig& config = reading.config;
  std::vector<std::string> notes;
  const Knowledge knowledge =
      knowledge_of(format.read(arguments.file, config.spec, notes), config.spec,
                   std::filesystem::absolute(arguments.file).string());
  for (const std::string& note : notes) fmt::print("{}\n", terminal_text(note));
  return begin_knowing(config, arguments.root, knowledge);
}

ExitStatus import_file(const Arguments& arguments) {
  std::vector<std::string> names;
  for (const DefinitionFormat& format : definition_formats()) {
    if (format.name == arguments.format) return import_definition(format, arguments);
    names.push_back(format.name);
  }
  for (const ResultsFormat& format : results_formats()) {
    if (format.name == arguments.format) return import_results(format, arguments);
    names.push_back(format.name);
  }
  throw ConfigError("FORMAT", fmt::format("there is {}, not `{}`{}", fmt::join(names, ", "),
                                          terminal_text(arguments.format),
                                          did_you_mean(arguments.format, names)));
}

std::string formats_text() {
  std::string text;
  const auto add = [&text](const auto& format) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", format.name, format.summary);
  };
  std::ranges::for_each(definition_formats(), add);
  std::ranges::for_each(results_formats(), add);
  return text;
}

const CommandRegistration registration(CommandEntry{
    "import", "a study file from another tool's, or a study that knows past trials",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      options.add_required("FORMAT", arguments->format, formats_text());
      options.add_required("FILE", arguments->file, "the file to read");
      options.add("SETTING", arguments->settings,
                  "past trials: KEY=VALUE laid over the study file, such as name=again");
      options.add("--study", arguments->study, "past trials: the file of the study to make");
      options.add("--to", arguments->to, "study files: where to write (default: standard output)");
      options.add("--root", arguments->root,
                  "where studies live (default WINNOW_ROOT, else ./studies)");
      return [arguments] { return import_file(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
