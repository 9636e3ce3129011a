// The set of points that a study searches: parameters in a fixed order, conditions between them.
// Parents come before their children in `parameters()`, whatever order they were given in: the
// order given is otherwise kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "searchers/problem/parameter.hpp"
#include "searchers/problem/point.hpp"

namespace winnow {

class SearchSpace {
 public:
  SearchSpace() = default;
  /// Throws ConfigError with all faults: bad or doubled names, empty or inverted ranges, a log
  /// scale that reaches 0, a step that does not fit, doubled choices, weights that do not match,
  /// unknown or cyclic conditions, conditions on values that the parent cannot take, defaults
  /// outside the domain. Places are "parameters.NAME.KEY".
  explicit SearchSpace(std::vector<Parameter> parameters);

  const std::vector<Parameter>& parameters() const { return parameters_; }
  std::size_t size() const { return parameters_.size(); }
  const Parameter* find(std::string_view name) const;

  /// Do the conditions of `parameter` hold, given the values of the parameters before it?
  bool is_active(const Parameter& parameter, const Point& values_so_far) const;

  /// Why `point` is not of this space, in words; nothing when it is. Exactly the active parameters
  /// must be present, in order, each inside its domain.
  std::optional<std::string> fault(const Point& point) const;
  bool contains(const Point& point) const { return !fault(point).has_value(); }

  /// Number of distinct points, conditions respected; nothing for a continuum or beyond 2^63.
  std::optional<std::uint64_t> cardinality() const;

  /// Completes a partial point: given values where active, else defaults; nothing if one is
  /// missing.
  std::optional<Point> complete(const Point& partial) const;

  bool operator==(const SearchSpace&) const = default;

 private:
  std::vector<Parameter> parameters_;
};

}  // namespace winnow
