#include "searchers/encoding/mirrored_cells.hpp"

#include <cmath>

#include "searchers/problem/error.hpp"

namespace winnow::search {

double reflected(double u) {
  const double folded = std::fmod(std::abs(u), 2.0);
  return folded > 1 ? 2 - folded : folded;
}

Coding mirrored_coding(const UnitCube& cube) {
  return {cube.dimension(),
          [&cube](const Suggestion& suggestion) { return cube.encode(suggestion.point); },
          [&cube](const std::vector<double>& genome) {
            std::vector<double> unit_point = genome;
            for (double& coordinate : unit_point) coordinate = reflected(coordinate);
            return cube.decode(unit_point);
          }};
}

MirroredCell mirrored_cell(const UnitCube& cube, std::size_t axis, double coordinate) {
  const Domain& domain = cube.space().parameters()[cube.parameter(axis)].domain;
  const std::optional<std::uint64_t> values = cardinality(domain);
  expect(values.has_value(), "a finite axis");
  const auto middle = [&](std::uint64_t k) { return cube.unit(axis, value_at(domain, k)); };
  const auto edge = [&](std::uint64_t below) { return (middle(below) + middle(below + 1)) / 2; };
  const std::uint64_t k = *index_of(domain, cube.value(axis, reflected(coordinate)));
  const double low = k == 0 ? -edge(0) : edge(k - 1);
  const double high = k + 1 == *values ? 2 - edge(k - 1) : edge(k);
  const double copy = 2 * std::floor(coordinate / 2);
  const bool is_mirrored = coordinate - copy > 1;
  return {copy + (is_mirrored ? 2 - high : low), copy + (is_mirrored ? 2 - low : high),
          copy + (is_mirrored ? 2 - middle(k) : middle(k))};
}

}  // namespace winnow::search
