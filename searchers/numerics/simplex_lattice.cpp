#include "searchers/numerics/simplex_lattice.hpp"

#include <algorithm>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

void extend(std::vector<std::size_t>& parts, std::size_t left, std::size_t dimensions,
            std::size_t divisions, std::vector<std::vector<double>>& lattice) {
  if (parts.size() + 1 == dimensions) {
    std::vector<double> vector;
    for (std::size_t part : parts)
      vector.push_back(static_cast<double>(part) / static_cast<double>(divisions));
    vector.push_back(static_cast<double>(left) / static_cast<double>(divisions));
    lattice.push_back(std::move(vector));
    return;
  }
  for (std::size_t part = 0; part <= left; ++part) {
    parts.push_back(part);
    extend(parts, left - part, dimensions, divisions, lattice);
    parts.pop_back();
  }
}

// C(divisions + dimensions − 1, divisions), as far as it is at most `most`; else anything larger.
std::size_t lattice_size(std::size_t dimensions, std::size_t divisions, std::size_t most) {
  std::size_t size = 1;
  for (std::size_t k = 1; k <= divisions && size <= most; ++k)
    size = size * (dimensions - 1 + k) / k;
  return size;
}

std::size_t most_divisions(std::size_t dimensions, std::size_t most) {
  std::size_t divisions = 0;
  while (divisions < most && lattice_size(dimensions, divisions + 1, most) <= most) ++divisions;
  return divisions;
}

}  // namespace

std::vector<std::vector<double>> simplex_lattice(std::size_t dimensions, std::size_t divisions) {
  expect(dimensions >= 1 && divisions >= 1, "a lattice of at least one dimension and division");
  std::vector<std::vector<double>> lattice;
  std::vector<std::size_t> parts;
  extend(parts, divisions, dimensions, divisions, lattice);
  return lattice;
}

std::vector<std::vector<double>> finest_lattice(std::size_t dimensions, std::size_t most) {
  const std::size_t outer = std::max<std::size_t>(1, most_divisions(dimensions, most));
  std::vector<std::vector<double>> lattice = simplex_lattice(dimensions, outer);
  if (outer >= dimensions || lattice.size() >= most) return lattice;
  const std::size_t inner = most_divisions(dimensions, most - lattice.size());
  if (inner == 0) return lattice;
  for (std::vector<double> vector : simplex_lattice(dimensions, inner)) {
    for (double& part : vector) part = part / 2 + 0.5 / static_cast<double>(dimensions);
    lattice.push_back(std::move(vector));
  }
  return lattice;
}

}  // namespace winnow::search
