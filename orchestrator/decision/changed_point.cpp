#include "orchestrator/decision/changed_point.hpp"

#include "searchers/encoding/unit_cube.hpp"

namespace winnow::run {
namespace {

Value middle_value(const SearchSpace& space, const Parameter& parameter) {
  if (parameter.default_value) return *parameter.default_value;
  const search::UnitCube cube(space);
  for (std::size_t axis = 0; axis < cube.dimension(); ++axis) {
    if (space.parameters()[cube.parameter(axis)].name == parameter.name) {
      return cube.value(axis, 0.5);
    }
  }
  return value_at(parameter.domain, 0);  // it has no other
}

}  // namespace

Point changed_point(const SearchSpace& space, const Point& base,
                    const std::map<std::string, Value>& changes, const Point& other) {
  Point point;
  for (const Parameter& parameter : space.parameters()) {
    if (!space.is_active(parameter, point)) continue;
    const auto change = changes.find(parameter.name);
    const Value* value = change != changes.end() ? &change->second : base.find(parameter.name);
    if (value == nullptr) value = other.find(parameter.name);
    point.set(parameter.name, value != nullptr ? *value : middle_value(space, parameter));
  }
  return point;
}

}  // namespace winnow::run
