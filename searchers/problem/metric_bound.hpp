// A bound that a setting has to keep in order to be chosen: on a latency, a size, a gap between
// groups of people. Written as "latency_ms <= 50" or "recall >= 0.8".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow {

struct MetricBound {
  enum class Side { at_most, at_least };
  std::string metric;
  Side side = Side::at_most;
  double limit = 0;
  bool operator==(const MetricBound&) const = default;
};

/// How far `value` lies beyond the bound; 0 or less: it is kept.
constexpr double excess(const MetricBound& bound, double value) {
  return bound.side == MetricBound::Side::at_most ? value - bound.limit : bound.limit - value;
}
/// Of each bound; nothing unless `values` has a finite one for every metric that they name.
std::vector<double> excesses(const std::vector<MetricBound>& bounds,
                             const std::map<std::string, double>& values);
/// The first bound that is broken and by what, "loss is 2.5, which breaks loss <= 2"; "" when none
/// is. Bounds whose metric has no value are not.
std::string first_breach(const std::vector<MetricBound>& bounds,
                         const std::map<std::string, double>& values);
/// The value with that excess.
constexpr double value_of_excess(const MetricBound& bound, double excess) {
  return bound.side == MetricBound::Side::at_most ? bound.limit + excess : bound.limit - excess;
}

/// What parse_bound reads back exactly.
std::string to_text(const MetricBound& bound);

/// Nothing: not a name without spaces, `<=` or `>=`, and a finite number.
std::optional<MetricBound> parse_bound(std::string_view text);

}  // namespace winnow
