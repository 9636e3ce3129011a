#include "trainer/protocol/settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "trainer/protocol/nearest_name.hpp"
#include "trainer/protocol/settings_table.hpp"

namespace winnow::protocol {
namespace {

using nlohmann::json;

/// A value as it is shown in a message: long text is cut.
std::string shown(const json& value) {
  constexpr std::size_t longest_shown = 60;
  const std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  return text.size() <= longest_shown ? text : text.substr(0, longest_shown) + "…";
}

std::string range_words(const Setting& setting) {
  return fmt::format("{} {:.16g} and {} {:.16g}", setting.low->open ? "above" : "of at least",
                     setting.low->value, setting.high->open ? "below" : "at most",
                     setting.high->value);
}

/// Written so that NaN is outside.
bool is_inside(double value, const Setting& setting) {
  const bool above = setting.low->open ? value > setting.low->value : value >= setting.low->value;
  const bool below =
      setting.high->open ? value < setting.high->value : value <= setting.high->value;
  return above && below;
}

std::optional<std::string> number_fault(const Setting& setting, const json& value) {
  const bool whole = setting.kind == SettingKind::integer;
  const bool right_type = whole ? value.is_number_integer() : value.is_number();
  if (right_type && is_inside(value.get<double>(), setting)) return std::nullopt;
  return fmt::format("must be {} {}, found {}", whole ? "a whole number" : "a number",
                     range_words(setting), shown(value));
}

std::optional<std::string> text_fault(const Setting& setting, const json& value) {
  const bool empty = value.is_string() && value.get_ref<const std::string&>().empty();
  if (value.is_string() && !empty) return std::nullopt;
  return fmt::format("must be {}, found {}",
                     setting.kind == SettingKind::path ? "a path" : "text that is not empty",
                     shown(value));
}

std::optional<std::string> choice_fault(const Setting& setting, const json& value) {
  const auto& choices = setting.choices;
  const bool is_choice =
      value.is_string() && std::ranges::count(choices, value.get<std::string>()) > 0;
  if (is_choice) {
    return std::nullopt;
  }
  const std::string nearest =
      value.is_string() ? nearest_name(value.get_ref<const std::string&>(), choices) : "";
  return fmt::format("must be {}{}, found {}{}", choices.size() > 1 ? "one of " : "",
                     fmt::join(choices, ", "), shown(value),
                     nearest.empty() ? "" : fmt::format(" (did you mean {}?)", nearest));
}

std::string unknown_name_message(const std::string& name) {
  std::vector<std::string> names;
  for (const Setting& setting : settings()) names.push_back(setting.name);
  const std::string nearest = nearest_name(name, names);
  if (!nearest.empty()) {
    return fmt::format("the trainer has no such setting; did you mean {}?", nearest);
  }
  return fmt::format("the trainer has no such setting; it has {}", fmt::join(names, ", "));
}

}  // namespace

const std::vector<Setting>& settings() {
  static const std::vector<Setting> table = settings_table();
  return table;
}

const Setting* find_setting(std::string_view name) {
  for (const Setting& setting : settings()) {
    if (setting.name == name) return &setting;
  }
  return nullptr;
}

std::optional<std::string> value_fault(const Setting& setting, const json& value) {
  if (value.is_null()) {
    if (!setting.required) return std::nullopt;
    return "must be given: " + setting.meaning;
  }
  switch (setting.kind) {
    case SettingKind::path:
    case SettingKind::text:
      return text_fault(setting, value);
    case SettingKind::integer:
    case SettingKind::real:
      return number_fault(setting, value);
    case SettingKind::flag:
      if (value.is_boolean()) return std::nullopt;
      return fmt::format("must be true or false, found {}", shown(value));
    case SettingKind::choice:
      return choice_fault(setting, value);
  }
  throw std::logic_error("a setting of no known kind");
}

std::vector<SettingFault> check_settings(const json& object) {
  if (!object.is_object()) {
    return {{"", fmt::format("settings must be an object, found {}", shown(object))}};
  }
  std::vector<SettingFault> faults;
  for (const auto& [name, value] : object.items()) {
    const Setting* setting = find_setting(name);
    if (setting == nullptr) {
      faults.push_back({name, unknown_name_message(name)});
    } else if (const std::optional<std::string> fault = value_fault(*setting, value)) {
      faults.push_back({name, *fault});
    }
  }
  for (const Setting& setting : settings()) {
    if (setting.required && !object.contains(setting.name)) {
      faults.push_back({setting.name, *value_fault(setting, json())});
    }
  }
  return faults;
}

json with_defaults(const json& object) {
  json complete = json::object();
  for (const Setting& setting : settings()) {
    const json& given = object.contains(setting.name) ? object.at(setting.name) : json();
    const json& value = given.is_null() ? setting.default_value : given;
    if (!value.is_null()) complete[setting.name] = value;
  }
  return complete;
}

}  // namespace winnow::protocol
