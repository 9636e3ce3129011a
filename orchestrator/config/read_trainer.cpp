#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/config/read_trial.hpp"
#include "orchestrator/config/scalar.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/resource_metrics.hpp"
#include "trainer/protocol/metric_names.hpp"
#include "trainer/protocol/search_ranges.hpp"
#include "trainer/protocol/settings.hpp"

namespace winnow::run {
namespace {

using protocol::Setting;
using protocol::SettingKind;

std::vector<std::string> setting_names() {
  std::vector<std::string> names;
  for (const Setting& setting : protocol::settings()) names.push_back(setting.name);
  return names;
}

bool is_text(const Setting& setting) {
  return setting.kind == SettingKind::path || setting.kind == SettingKind::text ||
         setting.kind == SettingKind::choice;
}

// The trainer makes its cache folder itself; everything else that is named must be there.
bool must_exist(const Setting& setting) {
  return setting.kind == SettingKind::path && setting.name != "cache_dir";
}

void check_exists(const std::filesystem::path& path, Position at, std::string_view what,
                  Diagnostics& diagnostics) {
  std::error_code error;
  if (std::filesystem::exists(path, error)) return;
  diagnostics.error(at, "missing-file",
                    fmt::format("{}: {} does not exist", what, terminal_text(path.string())));
}

std::optional<nlohmann::json> setting_value(const Setting& setting, const Node& node,
                                            const std::string& what, Diagnostics& diagnostics) {
  if (is_text(setting)) {
    const auto text = read_text(node, what, diagnostics);
    return text ? std::optional<nlohmann::json>(*text) : std::nullopt;
  }
  const auto value = read_value(node, what, diagnostics);
  return value ? std::optional<nlohmann::json>(to_json(*value)) : std::nullopt;
}

void read_setting(const Setting& setting, const Node& node, const std::filesystem::path& folder,
                  nlohmann::json& settings, Diagnostics& diagnostics) {
  const std::string what = "trainer." + setting.name;
  std::optional<nlohmann::json> value = setting_value(setting, node, what, diagnostics);
  if (!value) return;
  if (const auto fault = protocol::value_fault(setting, *value)) {
    diagnostics.error(node.at, "setting", fmt::format("{} {}", what, *fault));
    return;
  }
  if (setting.kind == SettingKind::path) {
    const std::filesystem::path path = (folder / value->get<std::string>()).lexically_normal();
    if (must_exist(setting)) check_exists(path, node.at, what, diagnostics);
    *value = path.string();
  }
  settings[setting.name] = std::move(*value);
}

/// What may stand there instead; empty where nothing is usual.
std::string usual_range(const Setting& setting) {
  const protocol::SearchRange* usual = protocol::find_search_range(setting.name);
  return usual == nullptr ? "" : fmt::format("; usually searched: {}", usual->range);
}

void check_parameter(const Node& root, const Parameter& parameter, const TrainerProgram& program,
                     const std::filesystem::path& folder, Diagnostics& diagnostics) {
  const std::string what = "parameters." + parameter.name;
  const Position at = resolve_path(root, what).at;
  const Setting* setting = protocol::find_setting(parameter.name);
  if (setting == nullptr) {
    diagnostics.error(at, "setting",
                      fmt::format("the trainer has no setting `{}`{}", parameter.name,
                                  did_you_mean(parameter.name, setting_names())));
    return;
  }
  for (const Value& value : extreme_values(parameter.domain)) {
    if (const auto fault = protocol::value_fault(*setting, to_json(value))) {
      diagnostics.error(at, "setting", fmt::format("{} {}{}", what, *fault, usual_range(*setting)));
    } else if (must_exist(*setting)) {
      check_exists(folder / std::get<std::string>(value), at, what, diagnostics);
    }
  }
  if (parameter.conditions.empty() && program.settings.contains(parameter.name)) {
    diagnostics.error(
        at, "setting",
        fmt::format("{} is also fixed under `trainer:`, where it would never be used; "
                    "keep one of the two",
                    parameter.name));
  }
}

}  // namespace

std::vector<Value> extreme_values(const Domain& domain) {
  if (const auto* real = std::get_if<Real>(&domain)) return {real->low, real->high};
  if (const auto* integer = std::get_if<Integer>(&domain)) return {integer->low, integer->high};
  if (const auto* categorical = std::get_if<Categorical>(&domain)) return categorical->choices;
  return {std::get<Constant>(domain).value};
}

std::map<std::string, Position> setting_places(const Node& root, const SearchSpace& space) {
  std::map<std::string, Position> places;
  const Node& block = resolve_path(root, "trainer");
  for (const Setting& setting : protocol::settings()) {
    const Node* given = block.find(setting.name);
    places[setting.name] = given != nullptr ? given->at : block.at;
    if (space.find(setting.name) != nullptr) {
      places[setting.name] = resolve_path(root, "parameters." + setting.name).at;
    }
  }
  return places;
}

TrainerProgram read_trainer(const Node& trainer, const std::filesystem::path& folder,
                            Diagnostics& diagnostics) {
  TrainerProgram program{nlohmann::json::object()};
  MappingReader reader(trainer, "trainer", diagnostics);
  for (const Setting& setting : protocol::settings()) {
    if (const Node* node = reader.take(setting.name)) {
      read_setting(setting, *node, folder, program.settings, diagnostics);
    }
  }
  reader.finish();
  return program;
}

void check_trainer_study(const Node& root, const TrainerProgram& program, const SearchSpace& space,
                         const std::filesystem::path& folder, Diagnostics& diagnostics) {
  for (const Parameter& parameter : space.parameters()) {
    check_parameter(root, parameter, program, folder, diagnostics);
  }
  const Node& block = resolve_path(root, "trainer");
  for (const Setting& setting : protocol::settings()) {
    const Parameter* parameter = space.find(setting.name);
    const bool always_given = parameter != nullptr && parameter->conditions.empty();
    // One that is written with an error has had its message.
    if (!setting.required || always_given || block.find(setting.name) != nullptr) continue;
    const std::string choices =
        setting.choices.empty() ? "" : fmt::format(" ({})", fmt::join(setting.choices, ", "));
    diagnostics.error(
        block.at, "missing-key",
        fmt::format("trainer needs the key `{}`{}: {}", setting.name, choices, setting.meaning));
  }
}

void check_reported_metric(const std::string& metric, Position at, const TrainerProgram& program,
                           Diagnostics& diagnostics) {
  const nlohmann::json task = program.settings.value("task", nlohmann::json(""));
  const std::vector<std::string> reported = protocol::reported_metrics(task.get<std::string>());
  if (metric.starts_with("test_")) {
    diagnostics.error(
        at, "metric",
        "held-out test metrics are never an objective: what is optimised on test rows "
        "says nothing about new ones; use an eval_* metric");
  } else if (is_resource_metric(metric)) {
    return;  // measured from outside, of any program
  } else if (std::ranges::find(reported, metric) == reported.end()) {
    diagnostics.error(
        at, "metric",
        fmt::format("the trainer does not report `{}`{}; it reports {}", terminal_text(metric),
                    did_you_mean(metric, reported), fmt::join(reported, ", ")));
  }
}

}  // namespace winnow::run
