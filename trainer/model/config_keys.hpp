// Reads keys of a config.json and remembers what was wrong with them, so that every fault is
// reported at once. Needs no libtorch.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "trainer/errors.hpp"

namespace winnow::train {

class ConfigKeys {
 public:
  /// Far beyond any published model; keeps products of two sizes inside 64 bits.
  static constexpr std::int64_t max_size = 1 << 24;
  /// Ten times the deepest published transformer. Every layer costs memory before its weights are
  /// looked for.
  static constexpr std::int64_t max_layers = 1000;

  /// `source` names the file in faults. The object must outlive this.
  ConfigKeys(const nlohmann::json& object, std::string source);

  std::int64_t size(const char* key, std::int64_t largest = max_size);
  /// The default stands for a key that is absent or null.
  std::int64_t size_or(const char* key, std::int64_t default_value);
  /// From 0 to below `end`.
  std::int64_t index(const char* key, std::int64_t end, std::int64_t default_value);
  double positive(const char* key, double default_value);
  bool flag(const char* key, bool default_value);
  /// The key must be absent or have one of these values.
  void must_be_one_of(const char* key, const std::vector<nlohmann::json>& supported);
  void must_be(const char* key, const nlohmann::json& expected) { must_be_one_of(key, {expected}); }

  void fault(const std::string& key, const std::string& message);
  bool has_faults() const { return !faults_.empty(); }
  /// Throws ConfigError if there is any.
  void throw_faults();

 private:
  /// Null when there is none.
  const nlohmann::json& value(const char* key) const;

  const nlohmann::json& object_;
  std::string source_;
  std::vector<Fault> faults_;
};

}  // namespace winnow::train
