#include "trainer/text/json_parts.hpp"

#include <fmt/format.h>

#include <limits>

namespace winnow::train {

using nlohmann::json;

const json& member(const json& object, const char* key) {
  static const json nothing;
  if (!object.is_object()) throw PartFault("must be an object");
  const auto found = object.find(key);
  return found == object.end() ? nothing : *found;
}

std::string text_member(const json& object, const char* key) {
  const json& value = member(object, key);
  if (!value.is_string()) throw PartFault(fmt::format("{} must be text", key));
  return value.get<std::string>();
}

bool flag_member(const json& object, const char* key, bool when_absent) {
  const json& value = member(object, key);
  if (value.is_null()) return when_absent;
  if (!value.is_boolean()) throw PartFault(fmt::format("{} must be true or false", key));
  return value.get<bool>();
}

std::int32_t id_of(const json& value, std::string_view what) {
  constexpr std::uint64_t end = std::numeric_limits<std::int32_t>::max();
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() >= end) {
    throw PartFault(fmt::format("{} must be a whole number from 0 to {}", what, end - 1));
  }
  return value.get<std::int32_t>();
}

std::string type_of_part(const json& part) {
  return part.is_null() ? std::string() : text_member(part, "type");
}

void require_type(const json& part, std::string_view supported) {
  if (part.is_null()) throw PartFault(fmt::format("is missing; supported is {}", supported));
  const std::string type = text_member(part, "type");
  if (type != supported) {
    throw PartFault(fmt::format("{} is not supported; supported is {}", type, supported));
  }
}

}  // namespace winnow::train
