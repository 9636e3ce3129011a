// The vocabulary as columns and JSON text, and back. What cannot be read back exactly is not
// written; what is not ours in the file is a StoreError (damaged).
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "searchers/problem/objective.hpp"
#include "searchers/problem/point.hpp"
#include "searchers/problem/trial.hpp"
#include "storage/records.hpp"
#include "storage/sqlite.hpp"

namespace winnow::store {

/// `{"lr":0.0003,"batch":16,"nesterov":true}`: parameters in their order, a real always with a
/// point or an exponent, the shortest decimals that read back exactly. Needs: finite values.
std::string point_json(const Point& point);
Point point_from_json(std::string_view json);

/// An array of numbers; "nan", "inf", "-inf" for those that JSON does not have.
std::string numbers_json(const std::vector<double>& numbers);
std::vector<double> numbers_from_json(std::string_view json);

std::string integers_json(const std::vector<int>& integers);
std::vector<int> integers_from_json(std::string_view json);

std::string objectives_json(const std::vector<Objective>& objectives);
std::vector<Objective> objectives_from_json(std::string_view json);

/// "study_stopping", "timed_out", "no_progress", "early_stop", "non_finite", "killed"; none is
/// NULL.
std::optional<std::string> column_of(StopCause cause);
StopCause stop_cause_from(const std::optional<std::string>& column);

/// What trials.role_code and trials.state_code hold; the commonest is 0, which takes no byte.
int code_of(Role role);
int code_of(TrialState state);

/// A point without its parameters' names, and these: JSON arrays in the same order.
std::string point_names_json(const Point& point);
std::string point_values_json(const Point& point);
std::vector<std::string> names_from_json(std::string_view names);
Point point_from_json(const std::vector<std::string>& names, std::string_view values);

std::string_view to_text(Role role);
Role role_from(std::string_view text);
TrialState state_from(std::string_view text);

/// SQLite's integers are signed: the same 64 bits.
inline std::int64_t signed_bits(std::uint64_t seed) { return std::bit_cast<std::int64_t>(seed); }
inline std::uint64_t unsigned_bits(std::int64_t seed) { return std::bit_cast<std::uint64_t>(seed); }

/// A number as the columns (value, non_finite), of which exactly one is NULL.
struct NumberColumns {
  std::optional<double> value;
  std::optional<std::string> non_finite;
};
NumberColumns columns_of(double number);
double number_from(const NumberColumns& columns);

/// What results.hash holds: 32 bits of XXH3 of trial, metric and value. SQLite's own checks do not
/// notice a value that has become another one.
std::int64_t result_hash(TrialNumber trial, std::string_view metric, const NumberColumns& number);

/// "" as NULL: for texts that say nothing when they are empty.
inline std::optional<std::string> if_any(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(std::string(text));
}

}  // namespace winnow::store
