// Points as rows of numbers for models: numbers in [0, 1], categories as codes, inactive parameters
// marked as such. Integers and stepped numbers only ever take the middles of their cells, so a
// model sees what will really be run (Garrido-Merchán, Hernández-Lobato 2020, "Dealing with
// categorical and integer-valued variables in Bayesian optimization with Gaussian processes").
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "searchers/encoding/unit_cube.hpp"
#include "searchers/numerics/axis.hpp"
#include "searchers/numerics/box.hpp"
#include "searchers/numerics/rng.hpp"

namespace winnow::search {

/// An axis is a coordinate of the UnitCube: a parameter with more than one value. A row (d numbers)
/// has, on each axis: `inactive`; or a code, if the axis is nominal; or a number in [0, 1].
class MixedSpace {
 public:
  struct Axis {
    AxisKind kind;
    std::uint64_t values;  // 0: a continuum
  };

  explicit MixedSpace(SearchSpace space);

  const SearchSpace& space() const { return cube_.space(); }
  std::size_t dimension() const { return axes_.size(); }
  const std::vector<Axis>& axes() const { return axes_; }
  std::vector<AxisKind> kinds() const;

  /// Needs a point of the space, a row of this class: encode(decode(row)) is row, up to rounding on
  /// continua.
  Eigen::VectorXd encode(const Point& point) const;
  Point decode(const Eigen::VectorXd& row) const;

  /// The row whose point has the values at `unit_point` (d numbers in [0, 1)), all choices alike.
  Eigen::VectorXd at(const std::vector<double>& unit_point) const;

  /// Of the axis's parameter; and its value at a coordinate of it that is a number.
  const Domain& domain(std::size_t axis) const;
  Value value(std::size_t axis, double coordinate) const { return cube_.value(axis, coordinate); }

  /// The k-th value of a finite axis as a coordinate, and back.
  double coordinate(std::size_t axis, std::uint64_t k) const;
  std::uint64_t index(std::size_t axis, double coordinate) const;

  /// Makes a row of any d numbers: rounds finite axes to their cells, marks what is not active, and
  /// gives `fallback` (in [0, 1)) to what has become active.
  void settle(Eigen::VectorXd& row, double fallback) const;

  /// `count` rows spread evenly over `box` (d; nominal axes over all of their codes): scrambled
  /// Sobol points as far as there are dimensions of them, random numbers beyond.
  Eigen::MatrixXd even_rows(std::uint32_t first, Eigen::Index count, const Box& box,
                            std::uint64_t seed) const;
  /// The point at this place of the sequence over the whole space.
  Point even_point(std::uint64_t position, std::uint64_t seed) const;

  /// A neighbour of `row`: each axis moves with odds `share`, numbers by a normal step of sd
  /// `reach`, finite ones by a cell at least, nominal ones anywhere.
  Eigen::VectorXd neighbour(const Eigen::VectorXd& row, double share, double reach, Rng& rng) const;

 private:
  /// Active only where the parent axis has one of `allowed`.
  struct Requirement {
    std::size_t parent;
    std::vector<double> allowed;
  };

  double from_unit(std::size_t axis, double unit) const;
  bool is_active(std::size_t axis, const Eigen::VectorXd& row) const;

  UnitCube cube_;
  std::vector<Axis> axes_;
  std::vector<std::vector<Requirement>> requirements_;  // one list for each axis
};

}  // namespace winnow::search
