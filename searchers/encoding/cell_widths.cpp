#include "searchers/encoding/cell_widths.hpp"

namespace winnow::search {

std::vector<double> cell_widths(const UnitCube& cube) {
  std::vector<double> widths;
  for (std::size_t j = 0; j < cube.dimension(); ++j) {
    const auto values = cardinality(cube.space().parameters()[cube.parameter(j)].domain);
    widths.push_back(values ? 1 / static_cast<double>(*values) : 0);
  }
  return widths;
}

}  // namespace winnow::search
