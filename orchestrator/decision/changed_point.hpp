// A point with some of its values exchanged, conditions respected.
#pragma once

#include <map>
#include <string>

#include "searchers/problem/search_space.hpp"

namespace winnow::run {

/// `base` with `changes` in place of its own values. What becomes active takes its value from
/// `other`, else its default, else the middle of its range; what no longer is active is left out.
Point changed_point(const SearchSpace& space, const Point& base,
                    const std::map<std::string, Value>& changes, const Point& other);

}  // namespace winnow::run
