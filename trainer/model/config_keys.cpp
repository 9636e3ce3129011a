#include "trainer/model/config_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace winnow::train {

using nlohmann::json;

ConfigKeys::ConfigKeys(const json& object, std::string source)
    : object_(object), source_(std::move(source)) {}

const json& ConfigKeys::value(const char* key) const {
  static const json nothing;
  const auto found = object_.find(key);
  return found == object_.end() ? nothing : *found;
}

std::int64_t ConfigKeys::size(const char* key, std::int64_t largest) {
  const json& found = value(key);
  if (found.is_number_integer() && found >= 1 && found <= largest) return found.get<std::int64_t>();
  fault(key, fmt::format("expected an integer from 1 to {}, found {}", largest,
                         found.is_null() ? "nothing" : found.dump()));
  return 1;
}

std::int64_t ConfigKeys::size_or(const char* key, std::int64_t default_value) {
  return value(key).is_null() ? default_value : size(key);
}

std::int64_t ConfigKeys::index(const char* key, std::int64_t end, std::int64_t default_value) {
  const json& found = value(key);
  if (found.is_null()) return default_value;
  if (found.is_number_integer() && found >= 0 && found < end) return found.get<std::int64_t>();
  fault(key, fmt::format("expected an integer from 0 to {}, found {}", end - 1, found.dump()));
  return default_value;
}

double ConfigKeys::positive(const char* key, double default_value) {
  const json& found = value(key);
  if (found.is_null()) return default_value;
  if (found.is_number() && found.get<double>() > 0.0) return found.get<double>();
  fault(key, "expected a number above 0, found " + found.dump());
  return default_value;
}

bool ConfigKeys::flag(const char* key, bool default_value) {
  const json& found = value(key);
  if (found.is_null()) return default_value;
  if (found.is_boolean()) return found.get<bool>();
  fault(key, "expected true or false, found " + found.dump());
  return default_value;
}

void ConfigKeys::must_be_one_of(const char* key, const std::vector<json>& supported) {
  const auto found = object_.find(key);
  if (found == object_.end()) return;
  if (std::find(supported.begin(), supported.end(), *found) != supported.end()) return;
  fault(key, fmt::format("is {}; only {} is computed by this trainer", found->dump(),
                         supported.front().dump()));
}

void ConfigKeys::fault(const std::string& key, const std::string& message) {
  faults_.push_back({source_ + ": " + key, message});
}

void ConfigKeys::throw_faults() {
  if (!faults_.empty()) throw ConfigError(std::move(faults_));
}

}  // namespace winnow::train
