#include "searchers/stats/pairs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace winnow::stats {
namespace {

// Each arm's value is off by at most half a unit in its last place (2^-53 of it), the subtraction
// adds as much of a result of at most twice the larger value: 4 · 2^-53 together. Two such
// differences may be off in opposite directions.
constexpr double rounding_of_largest = 2 * 4 * 0x1p-53;

std::optional<Refusal> fault_of_keys(const std::vector<Keyed>& arm, const char* name,
                                     std::map<std::int64_t, std::optional<double>>& by_key) {
  for (const Keyed& entry : arm) {
    if (entry.value && !std::isfinite(*entry.value)) {
      return Refusal{Cause::not_finite,
                     fmt::format("{} arm, condition {}: {} is not a measurement; record it as "
                                 "failed",
                                 name, entry.key, *entry.value)};
    }
    if (by_key.emplace(entry.key, entry.value).second) continue;
    return Refusal{Cause::unequal,
                   fmt::format("{} arm: condition {} occurs twice; average its values or give each "
                               "a condition of its own",
                               name, entry.key)};
  }
  return std::nullopt;
}

}  // namespace

Answer<Differences> differences(Values first, Values second) {
  if (first.size() != second.size()) {
    return Refusal{Cause::unequal,
                   fmt::format("{} values of the first arm, {} of the second: pairs need the same "
                               "conditions in both; pair them by seed",
                               first.size(), second.size())};
  }
  if (auto fault = fault_of(first, 0, "values of the first arm")) return *fault;
  if (auto fault = fault_of(second, 0, "values of the second arm")) return *fault;
  Differences result;
  double largest = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    result.values.push_back(first[i] - second[i]);
    largest = std::max({largest, std::abs(first[i]), std::abs(second[i])});
  }
  result.rounding = rounding_of_largest * largest;
  return result;
}

Answer<Pairing> pair_by_key(const std::vector<Keyed>& first, const std::vector<Keyed>& second) {
  std::map<std::int64_t, std::optional<double>> first_values, second_values;
  if (auto fault = fault_of_keys(first, "first", first_values)) return *fault;
  if (auto fault = fault_of_keys(second, "second", second_values)) return *fault;

  Pairing pairing;
  std::vector<double> kept_first, kept_second;
  for (const Keyed& entry : first) {
    const auto partner = second_values.find(entry.key);
    const bool has_partner = partner != second_values.end() && partner->second.has_value();
    if (entry.value && has_partner) {
      kept_first.push_back(*entry.value);
      kept_second.push_back(*partner->second);
      pairing.keys.push_back(entry.key);
    } else {
      pairing.dropped.push_back({entry.key, entry.value.has_value(), has_partner});
    }
  }
  for (const Keyed& entry : second) {
    if (!first_values.contains(entry.key))
      pairing.dropped.push_back({entry.key, false, entry.value.has_value()});
  }
  const Answer<Differences> found = differences(kept_first, kept_second);
  if (!found) return found.refusal();
  pairing.differences = *found;
  return pairing;
}

}  // namespace winnow::stats
