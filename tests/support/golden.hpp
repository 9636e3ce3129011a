// Golden numbers of tests/searchers/golden: JSON that names its origin, printed by the script of
// the same name there.
#pragma once

#include <catch2/catch.hpp>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace winnow::tests {

/// Read once, and alive to the end: `for (… : golden("pareto").at("sets"))` is safe.
inline const nlohmann::json& golden(const std::string& name) {
  static std::map<std::string, nlohmann::json> read;
  const auto [entry, is_new] = read.try_emplace(name);
  if (!is_new) return entry->second;
  const std::string path =
      std::string(WINNOW_SOURCE_DIR) + "/tests/searchers/golden/" + name + ".json";
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + ": cannot be read");
  return entry->second = nlohmann::json::parse(file);
}

/// JSON has no infinities: the scripts write "inf" and "-inf".
inline double number(const nlohmann::json& value) {
  if (!value.is_string()) return value.get<double>();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return value.get<std::string>() == "inf" ? infinity : -infinity;
}

inline std::vector<double> numbers(const nlohmann::json& values) {
  std::vector<double> result;
  for (const nlohmann::json& value : values) result.push_back(number(value));
  return result;
}

inline std::vector<std::vector<double>> table(const nlohmann::json& rows) {
  std::vector<std::vector<double>> result;
  for (const nlohmann::json& row : rows) result.push_back(numbers(row));
  return result;
}

/// Equal to a part of `tolerance` of the expected value. Near zero, where the expected value is
/// itself what rounding left of larger numbers, name the error that is allowed.
inline Approx near(double expected, double tolerance = 1e-10, double allowed_error = 0) {
  return Approx(expected).epsilon(tolerance).margin(allowed_error);
}
inline Approx near(const nlohmann::json& expected, double tolerance = 1e-10,
                   double allowed_error = 0) {
  return near(number(expected), tolerance, allowed_error);
}

}  // namespace winnow::tests
