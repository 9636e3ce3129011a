// What ties the parameters of a study together: values that follow from others, and constraints
// between them. Searchers propose parameters; trials get the derived values as well.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "searchers/problem/expression.hpp"
#include "searchers/problem/search_space.hpp"

namespace winnow {

struct DerivedValue {
  std::string name;
  Expression expression;
  bool operator==(const DerivedValue&) const = default;
};

/// Where a rule needs a parameter that is not active: a constraint holds, a derived value is not
/// there. Where it cannot be computed (division by zero), the point is not allowed.
struct Rules {
  std::vector<DerivedValue> derived;  // each needs only parameters and earlier ones
  std::vector<Expression> constraints;
  bool empty() const { return derived.empty() && constraints.empty(); }
  bool operator==(const Rules&) const = default;
};

/// `place` is "parameters.NAME.expr" or "constraints[i]", `offset` counts bytes of the expression.
struct RuleFault {
  std::string place;
  std::size_t offset = 0;
  std::string message;
};

/// Puts the derived values of `rules` in their order. Returns everything that is wrong: unknown
/// names, derived values that need each other, types that do not fit, constraints that are not true
/// or false.
std::vector<RuleFault> settle(Rules& rules, const SearchSpace& space);

/// Why `point` is not allowed, in words; nothing when it is. Needs: a point of the space.
std::optional<std::string> broken_rule(const Rules& rules, const Point& point);

/// `point`, and behind it the derived values. Needs: an allowed point.
Point with_derived(const Rules& rules, const Point& point);

}  // namespace winnow
