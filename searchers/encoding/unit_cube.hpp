// Points as columns of numbers in [0, 1] and back: the only place that knows about logarithms,
// steps and the weights of choices. A searcher works in the cube and never asks what a parameter
// is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "searchers/problem/search_space.hpp"

namespace winnow::search {

/// One coordinate for each parameter that has more than one value, in the order of the space,
/// whether it is active or not. A uniform coordinate gives each value its due:
///
/// - a number: uniform in its scale's own coordinate (linear, log, reverse_log, or the probability
///   of a smaller value under its prior);
/// - an integer or a stepped number: every value owns a cell, from halfway to the value below to
///   halfway to the one above; the two outer cells are as wide on the outside as on the inside,
///   measured in the scale's coordinate. On a linear scale all cells are equal: the ends get full
///   mass. Under a prior a cell is as wide as the probability of being rounded to its value;
/// - a choice: cells as wide as its probability, in the order of the list.
class UnitCube {
 public:
  explicit UnitCube(SearchSpace space);

  std::size_t dimension() const { return axes_.size(); }
  const SearchSpace& space() const { return space_; }

  /// The point at `unit_point` (d numbers in [0, 1]); coordinates of inactive parameters are
  /// ignored.
  Point decode(std::span<const double> unit_point) const;

  /// d numbers in [0, 1]: the middle of each value's cell, 1/2 where a parameter is not active.
  /// decode(encode(p)) is p; for continuous numbers up to rounding, ends exactly. Needs a point of
  /// the space.
  std::vector<double> encode(const Point& point) const;

  /// One coordinate by itself: its parameter's index in the space, the value at `unit` in [0, 1],
  /// and the middle of the cell of a value that the parameter may take.
  std::size_t parameter(std::size_t coordinate) const { return axes_[coordinate].parameter; }
  Value value(std::size_t coordinate, double unit) const {
    return value_of(axes_[coordinate], unit);
  }
  double unit(std::size_t coordinate, const Value& value) const {
    return unit_of(axes_[coordinate], value);
  }
  /// Of a coordinate whose parameter has a number of values: which one is at `unit`, and the middle
  /// of the k-th one's cell. The same without the value itself, which takes longer to make.
  std::uint64_t cell(std::size_t coordinate, double unit) const {
    return cell_of(axes_[coordinate], unit);
  }
  double middle(std::size_t coordinate, std::uint64_t k) const {
    return middle_of(axes_[coordinate], k);
  }

 private:
  struct Axis {
    std::size_t parameter;                   // index in the space
    std::uint64_t values;                    // 0: a continuum
    double coordinate_low, coordinate_high;  // of numbers: what 0 and 1 stand for
    std::vector<double> upper_edges;         // of choices: where each cell ends, the last one at 1
  };

  Axis make_axis(std::size_t parameter) const;
  const Domain& domain_of(const Axis& axis) const {
    return space_.parameters()[axis.parameter].domain;
  }
  static double at(const Axis& axis, double unit) {
    return axis.coordinate_low + unit * (axis.coordinate_high - axis.coordinate_low);
  }
  std::uint64_t cell_of(const Axis& axis, double unit) const;
  double middle_of(const Axis& axis, std::uint64_t k) const;
  Value value_of(const Axis& axis, double unit) const;
  double unit_of(const Axis& axis, const Value& value) const;

  SearchSpace space_;
  std::vector<Axis> axes_;
};

}  // namespace winnow::search
