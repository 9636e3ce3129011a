// The lower-left border of points in the plane, kept while points come in: which region they
// dominate, and by how much a new one enlarges it. Non-dominated sorting and hypervolume sweep over
// it.
#pragma once

#include <cstddef>
#include <map>
#include <memory_resource>

namespace winnow::search {

/// Non-dominated points (x, y), both to be minimised, in a balanced tree by x; y falls as x rises.
/// Nodes come from `memory`, which must outlive this.
class Staircase {
 public:
  explicit Staircase(std::pmr::memory_resource* memory = std::pmr::get_default_resource())
      : steps_(memory) {}

  /// Is there a point that is nowhere worse than (x, y)? O(log n).
  bool covers(double x, double y) const;
  /// Adds a point; those it dominates go. Nothing happens when it is covered. O(log n), amortised.
  void insert(double x, double y);
  /// The same, and the area that is now dominated and was not before, up to (x_end, y_end). Needs:
  /// all points are below (x_end, y_end).
  double insert_for_area(double x, double y, double x_end, double y_end);

 private:
  std::pmr::map<double, double> steps_;
};

}  // namespace winnow::search
