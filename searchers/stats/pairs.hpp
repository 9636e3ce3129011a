// Two arms measured under the same conditions (seed, fold, example): their differences, and which
// conditions had to be left out because an arm has no value there.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "searchers/stats/sample.hpp"

namespace winnow::stats {

/// Differences first − second of two arms under the same conditions.
struct Differences {
  std::vector<double> values;
  /// The largest error that writing the arms' values as doubles and subtracting them may have made;
  /// differences that lie closer together than this count as equal. 0.81 − 0.80 and 0.82 − 0.81 are
  /// the same difference but not the same double.
  double rounding = 0;
};

/// Two lists in the same order of conditions.
Answer<Differences> differences(Values first, Values second);

/// A measurement of an arm, or that it failed, under the condition `key` (its seed, its fold).
struct Keyed {
  std::int64_t key = 0;
  std::optional<double> value;
};

/// A condition that could not be compared: neither arm's value takes part in the test.
struct DroppedPair {
  std::int64_t key = 0;
  bool first_has_value = false;
  bool second_has_value = false;
  bool operator==(const DroppedPair&) const = default;
};

struct Pairing {
  Differences differences;
  std::vector<std::int64_t> keys;    // of the differences, in the order of the first arm
  std::vector<DroppedPair> dropped;  // to be reported: failures may depend on the arm
};

/// Pairs by key. A key that failed or is missing in either arm drops the pair, and is listed.
/// Refused: a key twice in an arm, a value that is not finite.
Answer<Pairing> pair_by_key(const std::vector<Keyed>& first, const std::vector<Keyed>& second);

}  // namespace winnow::stats
