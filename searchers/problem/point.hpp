// A point: one value for each active parameter of a search space, in the order of the space.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "searchers/problem/value.hpp"

namespace winnow {

class Point {
 public:
  Point() = default;
  explicit Point(std::vector<std::pair<std::string, Value>> entries)
      : entries_(std::move(entries)) {}

  const std::vector<std::pair<std::string, Value>>& entries() const { return entries_; }
  /// The value of `name`, or nullptr where it is not active.
  const Value* find(std::string_view name) const;
  /// Appends; the caller keeps the order of the space.
  void set(std::string name, Value value);
  bool operator==(const Point&) const = default;

 private:
  std::vector<std::pair<std::string, Value>> entries_;
};

/// "lr=0.0003 batch=16": equal texts mean equal points.
std::string canonical_text(const Point& point);

}  // namespace winnow
