// What the lines of a report file say, for verify(): the grammar is trainer/protocol's.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "storage/records.hpp"
#include "trainer/protocol/report.hpp"

namespace winnow::store {

inline std::optional<MetricValues> report_values(std::string_view line) {
  const protocol::Report report = protocol::parse_report(line);
  if (const auto* metrics = std::get_if<protocol::Metrics>(&report)) return metrics->values;
  if (const auto* finished = std::get_if<protocol::Finished>(&report)) return finished->values;
  return std::nullopt;
}

}  // namespace winnow::store
