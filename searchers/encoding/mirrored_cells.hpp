// The unit cube continued beyond its bounds by reflection, so that an unbounded distribution can
// sample it without drawing again: … 2 − u, −u, u, 2 − u …
#pragma once

#include "searchers/encoding/unit_cube.hpp"
#include "searchers/problem/coding.hpp"

namespace winnow::search {

/// The coordinate in [0, 1] that `u` stands for.
double reflected(double u);

/// Genomes of any d numbers: the point of one is that of its reflection. Needs: `cube` outlives the
/// answer.
Coding mirrored_coding(const UnitCube& cube);

/// A cell of a finite axis where `coordinate` lies, in the continued space. Beyond a bound the
/// outer cell goes on as its mirror image. Edges are halfway between the middles of cells: exact on
/// linear scales, nearly so on others.
struct MirroredCell {
  double low, high;
  double middle;  // of the value's own cell, inside or in its mirror image
};
MirroredCell mirrored_cell(const UnitCube& cube, std::size_t axis, double coordinate);

}  // namespace winnow::search
