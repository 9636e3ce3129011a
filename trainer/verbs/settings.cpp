#include "trainer/protocol/settings.hpp"

#include <fmt/format.h>

#include "trainer/arguments.hpp"
#include "trainer/protocol/search_ranges.hpp"
#include "trainer/verbs/verb.hpp"

namespace winnow::train {
namespace {

using nlohmann::json;

const char* kind_name(protocol::SettingKind kind) {
  switch (kind) {
    case protocol::SettingKind::path:
      return "path";
    case protocol::SettingKind::text:
      return "text";
    case protocol::SettingKind::integer:
      return "integer";
    case protocol::SettingKind::real:
      return "real";
    case protocol::SettingKind::flag:
      return "flag";
    case protocol::SettingKind::choice:
      return "choice";
  }
  return "";
}

/// What a study usually searches, as its file has it, or null.
json search_of(const protocol::Setting& setting) {
  const protocol::SearchRange* usual = protocol::find_search_range(setting.name);
  if (usual == nullptr) return nullptr;
  return {{"range", usual->range}, {"source", usual->source}};
}

/// [low, high] with the ends that are left out named, or the list of choices, or null.
json range_of(const protocol::Setting& setting) {
  if (setting.kind == protocol::SettingKind::choice) return setting.choices;
  if (!setting.low) return nullptr;
  return {{"low", setting.low->value},
          {"low_excluded", setting.low->open},
          {"high", setting.high->value},
          {"high_excluded", setting.high->open}};
}

}  // namespace

int run_settings(Words words) {
  const Arguments arguments({{}, {}, {}}, words);
  for (const protocol::Setting& setting : protocol::settings()) {
    fmt::print("{:<24} {:<8} {:<20} {}\n", setting.name, kind_name(setting.kind),
               setting.required ? "required" : setting.default_value.dump(), setting.meaning);
  }
  return 0;
}

int run_describe(Words words) {
  const Arguments arguments({{}, {}, {}}, words);
  json table = json::array();
  for (const protocol::Setting& setting : protocol::settings()) {
    table.push_back({{"name", setting.name},
                     {"type", kind_name(setting.kind)},
                     {"range", range_of(setting)},
                     {"required", setting.required},
                     {"default", setting.default_value},
                     {"meaning", setting.meaning},
                     {"source", setting.source},
                     {"search", search_of(setting)}});
  }
  fmt::print("{}\n", json{{"version", 1}, {"settings", table}}.dump(2));
  return 0;
}

}  // namespace winnow::train
