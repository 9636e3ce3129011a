// The trainer's settings as data: names, ranges, defaults, and what each one means. Needs no
// libtorch, so that a study's `trainer:` block can be checked without starting the trainer, and so
// that checker and trainer can never disagree. Files named by settings are not opened here.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::protocol {

enum class SettingKind { path, text, integer, real, flag, choice };

/// One end of a range; an open end excludes the value itself.
struct Bound {
  double value = 0.0;
  bool open = false;
};

struct Setting {
  std::string name;
  SettingKind kind = SettingKind::text;
  nlohmann::json default_value;  // null: required, or absent unless given
  bool required = false;
  std::optional<Bound> low;          // integer and real only
  std::optional<Bound> high;         // integer and real only
  std::vector<std::string> choices;  // choice only
  std::string meaning;               // one sentence, with the unit
  std::string source;                // where the default comes from
};

/// What is wrong with one setting: `name` as the user wrote it, `message` a sentence without the
/// name.
struct SettingFault {
  std::string name;
  std::string message;
  bool operator==(const SettingFault&) const = default;
};

/// All settings in the order in which they are explained to users.
const std::vector<Setting>& settings();

/// The setting of that name, or null. Lives as long as the program.
const Setting* find_setting(std::string_view name);

/// What is wrong with `value` for this setting: wrong type or out of range. Nothing: it can be
/// used. A null counts as "not given": wrong only for a required setting.
std::optional<std::string> value_fault(const Setting& setting, const nlohmann::json& value);

/// Every fault of a block of settings in one pass: unknown names (with the nearest known one),
/// values that value_fault refuses, required settings that are missing. Empty: the trainer accepts
/// the block.
std::vector<SettingFault> check_settings(const nlohmann::json& object);

/// The block with every default filled in; settings without a default that were not given stay
/// away, nulls are dropped. Needs a block without faults.
nlohmann::json with_defaults(const nlohmann::json& object);

}  // namespace winnow::protocol
