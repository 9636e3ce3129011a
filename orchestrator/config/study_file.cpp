// From a file or a text to a StudyConfig, or to all its faults with their places.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "orchestrator/config/overrides.hpp"
#include "orchestrator/config/read_parameters.hpp"
#include "orchestrator/config/read_study.hpp"
#include "orchestrator/config/read_trial.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/config/yaml.hpp"
#include "orchestrator/report/colour.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

std::vector<Fault> faults_of(const std::vector<Diagnostic>& diagnostics,
                             const std::filesystem::path& file, std::string_view text) {
  std::vector<Fault> faults;
  for (const Diagnostic& diagnostic : diagnostics) {
    faults.push_back({place_of(diagnostic, file.string()), message_with_source(diagnostic, text)});
  }
  return faults;
}

StudyReading read_text_of_study(std::string_view text, const std::filesystem::path& file,
                                const YamlLimits& limits,
                                const std::vector<std::string>& overrides) {
  Diagnostics diagnostics;
  StudyReading reading;
  if (std::optional<Node> root = parse_yaml(text, limits, diagnostics)) {
    for (const std::string& each : overrides) apply_override(*root, each);
    const std::filesystem::path absolute = std::filesystem::absolute(file).lexically_normal();
    reading.config = read_study(*root, absolute, diagnostics);
    reading.config.text = text;
    if (std::holds_alternative<TrainerProgram>(reading.config.program)) {
      reading.setting_places = setting_places(*root, reading.config.spec.space);
    }
  }
  if (diagnostics.has_errors()) throw StudyFileError(diagnostics.errors(), file, text);
  reading.warnings = diagnostics.warnings();
  return reading;
}

/// Of a text that nobody wrote, lines and columns say nothing.
ConfigError without_positions(const std::vector<Diagnostic>& diagnostics,
                              const std::string& place) {
  std::vector<Fault> faults;
  for (const Diagnostic& diagnostic : diagnostics) faults.push_back({place, diagnostic.message});
  return ConfigError(std::move(faults));
}

[[noreturn]] void cannot_read(const std::filesystem::path& file, const std::string& why) {
  throw StudyFileError({{.at = {}, .code = "unreadable", .message = "cannot read it: " + why}},
                       file, "");
}

}  // namespace

StudyFileError::StudyFileError(std::vector<Diagnostic> diagnostics,
                               const std::filesystem::path& file, std::string_view text)
    : ConfigError(faults_of(diagnostics, file, text)), diagnostics_(std::move(diagnostics)) {}

std::string study_file_text(const std::filesystem::path& file) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) {
    cannot_read(file, error ? error.message() : "no such file");
  }
  // A pipe would make us wait, a device may never end.
  if (!std::filesystem::is_regular_file(status)) cannot_read(file, "not a regular file");
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (!error && size > user_file_limits.bytes) {
    cannot_read(file, fmt::format("it has {} bytes; a study file has at most {}", size,
                                  user_file_limits.bytes));
  }
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (stream && size > 0) text << stream.rdbuf();
  if (!stream) cannot_read(file, std::generic_category().message(errno));
  return text.str();
}

StudyReading read_study_file(const std::filesystem::path& file,
                             const std::vector<std::string>& overrides) {
  StudyReading reading =
      read_text_of_study(study_file_text(file), file, user_file_limits, overrides);
  reading.file = file.string();
  return reading;
}

std::string warnings_text(const StudyReading& reading) {
  std::string text;
  for (const Diagnostic& warning : reading.warnings) {
    text += fmt::format("{}: {} {}\n", place_of(warning, reading.file),
                        painted("warning:", Colour::doubtful, stderr),
                        message_with_source(warning, reading.config.text));
  }
  return text;
}

StudyConfig parse_study(std::string_view text, const std::filesystem::path& file) {
  return read_text_of_study(text, file, normalised_limits, {}).config;
}

StudyConfig parse_stored_study(std::string_view spec, const std::filesystem::path& config_path,
                               const std::filesystem::path& store) {
  try {
    return parse_study(spec, config_path);
  } catch (const StudyFileError& error) {
    throw without_positions(error.diagnostics(), store.string() + " (its study file)");
  }
}

StudyConfig with_settings(const StudyConfig& config, const std::vector<std::string>& settings) {
  try {
    nlohmann::ordered_json form = normalised(config);
    // Another method has other options than those that were completed for this one.
    const bool has_other_method = std::ranges::any_of(
        settings, [](const std::string& setting) { return setting.starts_with("method="); });
    if (has_other_method) form.erase("method_options");
    const std::string text = form.dump();
    StudyConfig changed = read_text_of_study(text, config.file, normalised_limits, settings).config;
    changed.text = config.text;
    return changed;
  } catch (const StudyFileError& error) {
    throw without_positions(error.diagnostics(), "SETTING");
  }
}

Point point_from_words(const std::vector<std::string>& words, const StudySpec& spec) {
  Diagnostics diagnostics;
  const std::optional<Point> point = read_point(mapping_of(words), spec.space, diagnostics);
  if (!point) throw without_positions(diagnostics.errors(), "point");
  if (const auto broken = broken_rule(spec.rules, *point)) {
    throw ConfigError("point", terminal_text(*broken));
  }
  return *point;
}

}  // namespace winnow::run
