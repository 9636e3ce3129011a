// Reading members of tokenizer.json with faults that name what was expected.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace winnow::train {

/// What is wrong with one part of the file.
class PartFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// object[key], or null when there is none. Throws PartFault when it is no object.
const nlohmann::json& member(const nlohmann::json& object, const char* key);

std::string text_member(const nlohmann::json& object, const char* key);
bool flag_member(const nlohmann::json& object, const char* key, bool when_absent);

/// Token ids are rows of an embedding table; the last value is kept free for "one more".
std::int32_t id_of(const nlohmann::json& value, std::string_view what);

/// The part's "type"; empty for null.
std::string type_of_part(const nlohmann::json& part);
/// Throws PartFault unless the part has the type.
void require_type(const nlohmann::json& part, std::string_view supported);

}  // namespace winnow::train
