#include "searchers/encoding/mixed_space.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "searchers/numerics/normal.hpp"
#include "searchers/numerics/sobol.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {

using Eigen::VectorXd;

MixedSpace::MixedSpace(SearchSpace space) : cube_(std::move(space)) {
  const std::vector<Parameter>& parameters = cube_.space().parameters();
  std::vector<std::optional<std::size_t>> axis_of(parameters.size());
  for (std::size_t j = 0; j < cube_.dimension(); ++j) axis_of[cube_.parameter(j)] = j;
  requirements_.resize(cube_.dimension());
  for (std::size_t j = 0; j < cube_.dimension(); ++j) {
    const Parameter& parameter = parameters[cube_.parameter(j)];
    const Categorical* choice = std::get_if<Categorical>(&parameter.domain);
    const bool is_nominal = choice && !choice->ordered;
    const AxisKind number = parameter.conditions.empty() ? AxisKind::numeric : AxisKind::arc;
    axes_.push_back(
        {is_nominal ? AxisKind::nominal : number, cardinality(parameter.domain).value_or(0)});
  }
  // A parent with one value has no axis: what it asks for is asked of its own parents instead.
  for (std::size_t j = 0; j < cube_.dimension(); ++j) {
    std::vector<const Parameter*> open = {&parameters[cube_.parameter(j)]};
    while (!open.empty()) {
      const Parameter* child = open.back();
      open.pop_back();
      for (const Condition& condition : child->conditions) {
        const Parameter* parent = cube_.space().find(condition.parameter);
        const std::optional<std::size_t> axis =
            axis_of[static_cast<std::size_t>(parent - parameters.data())];
        if (!axis) {
          open.push_back(parent);
          continue;
        }
        Requirement requirement{*axis, {}};
        for (const Value& value : condition.any_of)
          requirement.allowed.push_back(coordinate(*axis, *index_of(parent->domain, value)));
        requirements_[j].push_back(std::move(requirement));
      }
    }
  }
}

std::vector<AxisKind> MixedSpace::kinds() const {
  std::vector<AxisKind> kinds;
  for (const Axis& axis : axes_) kinds.push_back(axis.kind);
  return kinds;
}

const Domain& MixedSpace::domain(std::size_t axis) const {
  return cube_.space().parameters()[cube_.parameter(axis)].domain;
}

double MixedSpace::coordinate(std::size_t axis, std::uint64_t k) const {
  if (axes_[axis].kind == AxisKind::nominal) return static_cast<double>(k);
  return cube_.middle(axis, k);
}

std::uint64_t MixedSpace::index(std::size_t axis, double coordinate) const {
  if (axes_[axis].kind == AxisKind::nominal) return static_cast<std::uint64_t>(coordinate);
  return cube_.cell(axis, coordinate);
}

double MixedSpace::from_unit(std::size_t axis, double unit) const {
  const auto [kind, values] = axes_[axis];
  if (values == 0) return unit;
  if (kind == AxisKind::nominal)
    return std::min(std::floor(unit * static_cast<double>(values)),
                    static_cast<double>(values - 1));
  return cube_.middle(axis, cube_.cell(axis, unit));
}

bool MixedSpace::is_active(std::size_t axis, const VectorXd& row) const {
  const std::vector<Requirement>& all = requirements_[axis];
  return std::all_of(all.begin(), all.end(), [&](const Requirement& requirement) {
    const double parent = row[static_cast<Eigen::Index>(requirement.parent)];
    const std::vector<double>& allowed = requirement.allowed;
    return std::find(allowed.begin(), allowed.end(), parent) != allowed.end();
  });
}

VectorXd MixedSpace::encode(const Point& point) const {
  VectorXd row(static_cast<Eigen::Index>(dimension()));
  for (std::size_t j = 0; j < dimension(); ++j) {
    const Parameter& parameter = space().parameters()[cube_.parameter(j)];
    const Value* value = point.find(parameter.name);
    double& coordinate = row[static_cast<Eigen::Index>(j)];
    if (!value)
      coordinate = inactive;
    else if (axes_[j].kind == AxisKind::nominal)
      coordinate = static_cast<double>(*index_of(parameter.domain, *value));
    else
      coordinate = cube_.unit(j, *value);
  }
  return row;
}

Point MixedSpace::decode(const VectorXd& row) const {
  Point point;
  std::size_t axis = 0;
  for (std::size_t i = 0; i < space().size(); ++i) {
    const Parameter& parameter = space().parameters()[i];
    const bool has_axis = axis < dimension() && cube_.parameter(axis) == i;
    if (space().is_active(parameter, point)) {
      const double coordinate = has_axis ? row[static_cast<Eigen::Index>(axis)] : 0;
      expect(coordinate != inactive, "a coordinate for each active parameter");
      if (!has_axis)
        point.set(parameter.name, value_at(parameter.domain, 0));
      else if (axes_[axis].kind == AxisKind::nominal)
        point.set(parameter.name,
                  value_at(parameter.domain, static_cast<std::uint64_t>(coordinate)));
      else
        point.set(parameter.name, cube_.value(axis, coordinate));
    }
    if (has_axis) ++axis;
  }
  return point;
}

VectorXd MixedSpace::at(const std::vector<double>& unit_point) const {
  VectorXd row(static_cast<Eigen::Index>(dimension()));
  for (std::size_t j = 0; j < dimension(); ++j)
    row[static_cast<Eigen::Index>(j)] =
        is_active(j, row) ? from_unit(j, unit_point[j]) : inactive;  // parents come first
  return row;
}

Eigen::MatrixXd MixedSpace::even_rows(std::uint32_t first, Eigen::Index count, const Box& box,
                                      std::uint64_t seed) const {
  const ScrambledSobol sequence(std::min(dimension(), sobol_dimensions), seed);
  Eigen::MatrixXd rows(count, static_cast<Eigen::Index>(dimension()));
  for (Eigen::Index i = 0; i < count; ++i) {
    const std::uint32_t index = first + static_cast<std::uint32_t>(i);
    std::vector<double> unit = sequence.at(index);
    Rng rng(seed, index, "further dimensions");
    while (unit.size() < dimension()) unit.push_back(rng.uniform());
    for (std::size_t j = 0; j < dimension(); ++j) {
      const Eigen::Index axis = static_cast<Eigen::Index>(j);
      if (axes_[j].kind != AxisKind::nominal)
        unit[j] = box.low[axis] + unit[j] * (box.high[axis] - box.low[axis]);
    }
    rows.row(i) = at(unit);
  }
  return rows;
}

Point MixedSpace::even_point(std::uint64_t position, std::uint64_t seed) const {
  const Box everywhere = unit_box(static_cast<Eigen::Index>(dimension()));
  return decode(even_rows(static_cast<std::uint32_t>(position), 1, everywhere, seed).row(0));
}

void MixedSpace::settle(VectorXd& row, double fallback) const {
  for (std::size_t j = 0; j < dimension(); ++j) {
    double& coordinate = row[static_cast<Eigen::Index>(j)];
    if (!is_active(j, row))
      coordinate = inactive;
    else if (coordinate == inactive)
      coordinate = from_unit(j, fallback);
    else if (axes_[j].kind != AxisKind::nominal)
      coordinate = from_unit(j, coordinate);
  }
}

VectorXd MixedSpace::neighbour(const VectorXd& row, double share, double reach, Rng& rng) const {
  VectorXd moved = row;
  for (std::size_t j = 0; j < dimension(); ++j) {
    double& coordinate = moved[static_cast<Eigen::Index>(j)];
    if (coordinate == inactive || rng.uniform() >= share) continue;
    const auto [kind, values] = axes_[j];
    if (kind == AxisKind::nominal) {
      coordinate = static_cast<double>(rng.below(values));
      continue;
    }
    // The quantile's argument is kept off 0; steps that leave the range end at its border.
    const double step = reach * normal_quantile(0x1p-54 + rng.uniform());
    const double to = std::clamp(coordinate + step, 0.0, 1.0);
    if (values == 0) {
      coordinate = to;
      continue;
    }
    std::uint64_t k = index(j, to);
    const std::uint64_t from = index(j, coordinate);
    if (k == from)
      k = step > 0 ? std::min(values - 1, from + 1) : from - std::min<std::uint64_t>(from, 1);
    coordinate = this->coordinate(j, k);
  }
  settle(moved, rng.uniform());
  return moved;
}

}  // namespace winnow::search
