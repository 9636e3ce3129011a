#include "orchestrator/config/read_bounds.hpp"

#include <fmt/format.h>

#include <optional>

#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/config/scalar.hpp"

namespace winnow::run {
namespace {

/// Two bounds on one metric are a range.
void check_beside(const std::vector<PlacedBound>& others, const MetricBound& bound, Position at,
                  const std::string& code, Diagnostics& diagnostics) {
  for (const auto& [other, place] : others) {
    if (other.metric != bound.metric) continue;
    if (other.side == bound.side) {
      diagnostics.error(at, code,
                        fmt::format("{} and {} say the same of one metric; keep the stricter one",
                                    to_text(other), to_text(bound)));
    } else if (excess(bound, other.limit) > 0) {
      diagnostics.error(at, code,
                        fmt::format("no value keeps both {} and {}; swap the limits",
                                    to_text(other), to_text(bound)));
    }
  }
}

}  // namespace

std::vector<PlacedBound> read_bounds(const Node& list, const std::string& key,
                                     const std::string& code, Diagnostics& diagnostics) {
  std::vector<PlacedBound> bounds;
  if (list.kind != Node::Kind::sequence || list.items.empty()) {
    diagnostics.error(list.at, "wrong-type",
                      fmt::format("{} needs a list: [\"latency_ms <= 50\"]", key));
  }
  for (const Node& item : list.items) {
    const auto text = read_text(item, key, diagnostics);
    if (!text) continue;
    const std::optional<MetricBound> bound = parse_bound(*text);
    if (!bound) {
      diagnostics.error(item.at, code,
                        fmt::format("expected a metric, <= or >=, and a number, as in "
                                    "\"latency_ms <= 50\"; found {}",
                                    describe_node(item)));
      continue;
    }
    check_beside(bounds, *bound, item.at, code, diagnostics);
    bounds.push_back({*bound, item.at});
  }
  return bounds;
}

}  // namespace winnow::run
