// winnow import FORMAT FILE: a study file from another tool's, or a study that knows past trials.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/imported_file.hpp"
#include "orchestrator/commands/knowing_study.hpp"
#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/import/imported_study.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/trainer_check.hpp"
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

ExitStatus import_definition(const DefinitionFormat& format, const Arguments& arguments) {
  if (arguments.study || arguments.root || !arguments.settings.empty()) {
    throw ConfigError("import", fmt::format("{} makes a study file, and --to says where: --study, "
                                            "--root and settings are for past trials (csv, optuna)",
                                            format.name));
  }
  return write_imported(format, arguments.file, arguments.to);
}

ExitStatus import_results(const ResultsFormat& format, const Arguments& arguments) {
  if (arguments.to) {
    throw ConfigError("--to", "past trials become a study, not a file: leave it out");
  }
  if (!arguments.study) {
    throw ConfigError("--study", "past trials are for a study: name its file");
  }
  StudyReading reading = read_study_file(*arguments.study, arguments.settings);
  check_trainer_inputs(reading);
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
