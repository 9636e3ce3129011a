#include "searchers/problem/metric_bound.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace winnow {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

std::vector<double> excesses(const std::vector<MetricBound>& bounds,
                             const std::map<std::string, double>& values) {
  std::vector<double> all;
  for (const MetricBound& bound : bounds) {
    const auto found = values.find(bound.metric);
    if (found == values.end() || !std::isfinite(found->second)) return {};
    all.push_back(excess(bound, found->second));
  }
  return all;
}

std::string first_breach(const std::vector<MetricBound>& bounds,
                         const std::map<std::string, double>& values) {
  for (const MetricBound& bound : bounds) {
    const auto found = values.find(bound.metric);
    if (found != values.end() && excess(bound, found->second) > 0)
      return fmt::format("{} is {}, which breaks {}", bound.metric, found->second, to_text(bound));
  }
  return "";
}

std::string to_text(const MetricBound& bound) {
  const char* sign = bound.side == MetricBound::Side::at_most ? "<=" : ">=";
  return fmt::format("{} {} {}", bound.metric, sign, bound.limit);
}

std::optional<MetricBound> parse_bound(std::string_view text) {
  const auto sign = text.find_first_of("<>");
  if (sign == std::string_view::npos || text.substr(sign + 1, 1) != "=") return std::nullopt;
  MetricBound bound;
  bound.metric = trimmed(text.substr(0, sign));
  bound.side = text[sign] == '<' ? MetricBound::Side::at_most : MetricBound::Side::at_least;
  const std::string_view number = trimmed(text.substr(sign + 2));
  const char* end = number.data() + number.size();
  const auto [rest, fault] = std::from_chars(number.data(), end, bound.limit);
  const bool is_number = fault == std::errc() && rest == end && std::isfinite(bound.limit);
  const bool is_name = !bound.metric.empty() && bound.metric.find(' ') == std::string::npos;
  if (!is_number || !is_name) return std::nullopt;
  return bound;
}

}  // namespace winnow
