#include "trainer/protocol/setting_makers.hpp"

namespace winnow::protocol {
namespace {

using nlohmann::json;

Setting number(SettingKind kind, std::string name, json value, Bound low, Bound high,
               std::string meaning, std::string source) {
  Setting setting = text(std::move(name), std::move(value), std::move(meaning), std::move(source));
  setting.kind = kind;
  setting.low = low;
  setting.high = high;
  return setting;
}

}  // namespace

Setting file(std::string name, bool required, std::string meaning) {
  Setting setting;
  setting.name = std::move(name);
  setting.kind = SettingKind::path;
  setting.required = required;
  setting.meaning = std::move(meaning);
  setting.source = required ? "no default: must be given" : "absent unless given";
  return setting;
}

Setting text(std::string name, json value, std::string meaning, std::string source) {
  Setting setting;
  setting.name = std::move(name);
  setting.kind = SettingKind::text;
  setting.default_value = std::move(value);
  setting.meaning = std::move(meaning);
  setting.source = std::move(source);
  return setting;
}

Setting integer(std::string name, json value, double low, double high, std::string meaning,
                std::string source) {
  return number(SettingKind::integer, std::move(name), std::move(value), {low}, {high},
                std::move(meaning), std::move(source));
}

Setting real(std::string name, json value, Bound low, Bound high, std::string meaning,
             std::string source) {
  return number(SettingKind::real, std::move(name), std::move(value), low, high, std::move(meaning),
                std::move(source));
}

Setting flag(std::string name, bool value, std::string meaning, std::string source) {
  Setting setting = text(std::move(name), value, std::move(meaning), std::move(source));
  setting.kind = SettingKind::flag;
  return setting;
}

Setting choice(std::string name, json value, std::vector<std::string> choices, std::string meaning,
               std::string source) {
  Setting setting = text(std::move(name), std::move(value), std::move(meaning), std::move(source));
  setting.kind = SettingKind::choice;
  setting.choices = std::move(choices);
  return setting;
}

}  // namespace winnow::protocol
