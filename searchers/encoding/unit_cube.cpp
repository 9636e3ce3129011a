#include "searchers/encoding/unit_cube.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "searchers/numerics/prior_probability.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

/// A range of numbers without its type.
struct Range {
  double low, high;
  Scale scale;
  double step;                   // 0: none
  const Prior* prior = nullptr;  // of Scale::quantile
};

Range range_of(const Domain& domain) {
  if (const Real* real = std::get_if<Real>(&domain))
    return {real->low, real->high, real->scale, real->step.value_or(0),
            real->prior ? &*real->prior : nullptr};
  const Integer& integer = std::get<Integer>(domain);
  return {static_cast<double>(integer.low), static_cast<double>(integer.high), integer.scale,
          static_cast<double>(integer.step)};
}

// Coordinates are taken of the distance to `low`: log1p and expm1 keep neighbours apart even where
// the range is narrow beside its numbers.
double coordinate_of(const Range& range, double distance) {
  switch (range.scale) {
    case Scale::log:  // log(x) − log(low)
      return std::log1p(distance / range.low);
    case Scale::reverse_log:  // log(1 − low) − log(1 − x)
      return -std::log1p(-distance / (1 - range.low));
    case Scale::quantile:  // F(x) − F(low)
      return prior_below(*range.prior, range.low + distance) - prior_below(*range.prior, range.low);
    case Scale::linear:
      break;
  }
  return distance;
}

double distance_of(const Range& range, double coordinate) {
  switch (range.scale) {
    case Scale::log:
      return range.low * std::expm1(coordinate);
    case Scale::reverse_log:
      return -(1 - range.low) * std::expm1(-coordinate);
    case Scale::quantile: {  // where F underflows or is 1, the ends of the range are meant
      const double p = prior_below(*range.prior, range.low) + coordinate;
      if (!(p > 0)) return 0;
      return (p < 1 ? prior_quantile(*range.prior, p) : range.high) - range.low;
    }
    case Scale::linear:
      break;
  }
  return coordinate;
}

// Where the cell of value k begins, 0 < k < values.
double inner_edge(const Range& range, std::uint64_t k) {
  return coordinate_of(range, (static_cast<double>(k) - 0.5) * range.step);
}

bool is_linear_steps(const Range& range) { return range.scale == Scale::linear && range.step > 0; }

}  // namespace

UnitCube::UnitCube(SearchSpace space) : space_(std::move(space)) {
  for (std::size_t i = 0; i < space_.size(); ++i)
    if (cardinality(space_.parameters()[i].domain) != 1) axes_.push_back(make_axis(i));
}

UnitCube::Axis UnitCube::make_axis(std::size_t parameter) const {
  const Domain& domain = space_.parameters()[parameter].domain;
  Axis axis{parameter, cardinality(domain).value_or(0), 0, 0, {}};
  if (const Categorical* categorical = std::get_if<Categorical>(&domain)) {
    std::vector<double> weights = categorical->probabilities;
    if (weights.empty()) weights.assign(categorical->choices.size(), 1);
    double total = 0, below = 0;
    for (double weight : weights) total += weight;
    for (double weight : weights) axis.upper_edges.push_back((below += weight) / total);
    axis.upper_edges.back() = 1;
    return axis;
  }
  const Range range = range_of(domain);
  if (axis.values == 0) {
    axis.coordinate_high = coordinate_of(range, range.high - range.low);
    return axis;
  }
  const double last = coordinate_of(range, static_cast<double>(axis.values - 1) * range.step);
  axis.coordinate_low = -inner_edge(range, 1);  // the first value's coordinate is 0
  axis.coordinate_high = last + (last - inner_edge(range, axis.values - 1));
  if (range.scale == Scale::quantile) {  // what is rounded to a value, on either side of it
    axis.coordinate_low = inner_edge(range, 0);
    axis.coordinate_high = inner_edge(range, axis.values);
  }
  return axis;
}

std::uint64_t UnitCube::cell_of(const Axis& axis, double unit) const {
  expect(unit >= 0 && unit <= 1, "a coordinate outside of the unit cube");
  if (!axis.upper_edges.empty()) {
    const auto cell = std::upper_bound(axis.upper_edges.begin(), axis.upper_edges.end() - 1, unit);
    return static_cast<std::uint64_t>(cell - axis.upper_edges.begin());
  }
  const Range range = range_of(domain_of(axis));
  const double last = static_cast<double>(axis.values) - 1;
  if (is_linear_steps(range))  // equal cells; the cube's far side is the last
    return static_cast<std::uint64_t>(
        std::min(std::floor(unit * static_cast<double>(axis.values)), last));
  // The outer halves of the outer cells lie outside of the range.
  const double distance = distance_of(range, at(axis, unit));
  return static_cast<std::uint64_t>(std::clamp(std::floor(distance / range.step + 0.5), 0.0, last));
}

double UnitCube::middle_of(const Axis& axis, std::uint64_t k) const {
  if (!axis.upper_edges.empty())
    return ((k == 0 ? 0 : axis.upper_edges[k - 1]) + axis.upper_edges[k]) / 2;
  const Range range = range_of(domain_of(axis));
  if (is_linear_steps(range))
    return (static_cast<double>(k) + 0.5) / static_cast<double>(axis.values);
  const double begin = k == 0 ? axis.coordinate_low : inner_edge(range, k);
  const double end = k + 1 == axis.values ? axis.coordinate_high : inner_edge(range, k + 1);
  return ((begin + end) / 2 - axis.coordinate_low) / (axis.coordinate_high - axis.coordinate_low);
}

Value UnitCube::value_of(const Axis& axis, double unit) const {
  if (axis.values != 0) return value_at(domain_of(axis), cell_of(axis, unit));
  expect(unit >= 0 && unit <= 1, "a coordinate outside of the unit cube");
  const Range range = range_of(domain_of(axis));
  if (unit == 1) return range.high;
  // Against rounding only.
  return std::clamp(range.low + distance_of(range, at(axis, unit)), range.low, range.high);
}

double UnitCube::unit_of(const Axis& axis, const Value& value) const {
  if (axis.values != 0) return middle_of(axis, *index_of(domain_of(axis), value));
  const Range range = range_of(domain_of(axis));
  const double x = std::get<double>(value);
  return x == range.high ? 1 : coordinate_of(range, x - range.low) / axis.coordinate_high;
}

Point UnitCube::decode(std::span<const double> unit_point) const {
  expect(unit_point.size() == axes_.size(), "a unit point of the cube's dimension");
  Point point;
  auto axis = axes_.begin();
  for (std::size_t i = 0; i < space_.size(); ++i) {
    const Parameter& parameter = space_.parameters()[i];
    const bool has_axis = axis != axes_.end() && axis->parameter == i;
    if (space_.is_active(parameter, point))
      point.set(parameter.name,
                has_axis
                    ? value_of(*axis, unit_point[static_cast<std::size_t>(axis - axes_.begin())])
                    : value_at(parameter.domain, 0));
    if (has_axis) ++axis;
  }
  return point;
}

std::vector<double> UnitCube::encode(const Point& point) const {
  const std::optional<std::string> fault = space_.fault(point);
  expect(!fault, "a point of the space: " + fault.value_or(""));
  std::vector<double> unit_point;
  for (const Axis& axis : axes_) {
    const Value* value = point.find(space_.parameters()[axis.parameter].name);
    unit_point.push_back(value ? unit_of(axis, *value) : 0.5);
  }
  return unit_point;
}

}  // namespace winnow::search
