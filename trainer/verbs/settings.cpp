#include "trainer/protocol/settings.hpp"

#include <fmt/format.h>

#include "trainer/arguments.hpp"
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

json to_json(const std::optional<protocol::Bound>& bound) {
  if (!bound) return nullptr;
  return {{"value", bound->value}, {"open", bound->open}};
}

}  // namespace

int run_settings(Words words) {
  const Arguments arguments({{}, {}, {"json"}}, words);
  json table = json::array();
  for (const protocol::Setting& setting : protocol::settings()) {
    if (!arguments.flag("json")) {
      fmt::print("{:<24} {:<8} {:<20} {}\n", setting.name, kind_name(setting.kind),
                 setting.required ? "required" : setting.default_value.dump(), setting.meaning);
      continue;
    }
    table.push_back({{"name", setting.name},
                     {"kind", kind_name(setting.kind)},
                     {"default", setting.default_value},
                     {"required", setting.required},
                     {"low", to_json(setting.low)},
                     {"high", to_json(setting.high)},
                     {"choices", setting.choices},
                     {"meaning", setting.meaning},
                     {"source", setting.source}});
  }
  if (arguments.flag("json")) {
    fmt::print("{}\n", json{{"version", 1}, {"settings", table}}.dump(2));
  }
  return 0;
}

}  // namespace winnow::train
