// The options of a method: declared once as data (name, default, range, meaning), checked once
// against what the study gives, and read by the method's factory without further checks.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "searchers/problem/parameter.hpp"

namespace winnow::search {

/// One option a method understands. `domain` gives type and range, `default_value` is inside it.
struct OptionSpec {
  std::string name;
  Domain domain;
  Value default_value;
  std::string meaning;
};

/// The options of one searcher, complete: every declared option has a value inside its domain.
class Options {
 public:
  Options() = default;
  /// Throws ConfigError with all faults at once; places are "PLACE.NAME"; an unknown name is
  /// answered with the nearest declared one. An integer given for a real option is widened.
  Options(const std::vector<OptionSpec>& specs, const std::map<std::string, Value>& given,
          std::string_view place = "method_options");

  double real(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  bool flag(std::string_view name) const;
  const std::string& text(std::string_view name) const;

 private:
  const Value& at(std::string_view name) const;
  std::map<std::string, Value, std::less<>> values_;
};

/// The candidate closest to `word` by edit distance, when it is close enough to be meant.
std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates);

}  // namespace winnow::search
