#include "orchestrator/commands/imported_file.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "orchestrator/config/study_config.hpp"
#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

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

}  // namespace

ExitStatus write_imported(const DefinitionFormat& format, const std::string& file,
                          const std::optional<std::string>& to) {
  const std::string text = study_file_text(file);
  Diagnostics diagnostics;
  const std::optional<Node> root = parse_yaml(text, user_file_limits, diagnostics);
  ImportedStudy imported;
  if (root && !diagnostics.has_errors()) imported = format.read(*root, diagnostics);
  if (diagnostics.has_errors()) throw StudyFileError(diagnostics.errors(), file, text);
  const std::string made = study_file_of(imported, file);
  const std::filesystem::path target = to.value_or("study.yaml");
  if (to) {
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

}  // namespace winnow::run
