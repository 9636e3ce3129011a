#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/config/parameter_entries.hpp"
#include "orchestrator/config/read_parameters.hpp"
#include "orchestrator/config/scalar.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

std::vector<std::string> names_of(const SearchSpace& space) {
  std::vector<std::string> names;
  for (const Parameter& parameter : space.parameters()) names.push_back(parameter.name);
  return names;
}

void report_unknown(const Entry& entry, const std::vector<std::string>& names,
                    Diagnostics& diagnostics) {
  diagnostics.error(entry.key_at, "unknown-key",
                    fmt::format("there is no parameter `{}`{}", terminal_text(entry.key),
                                did_you_mean(entry.key, names)));
}

// What the file gives, in the types of the domains.
Point read_partial(const Node& node, const SearchSpace& space, Diagnostics& diagnostics) {
  Point partial;
  for (const Entry& entry : node.entries) {
    const Parameter* parameter = space.find(entry.key);
    if (parameter == nullptr) {
      report_unknown(entry, names_of(space), diagnostics);
      continue;
    }
    const auto value = read_value(entry.value, "points." + entry.key, diagnostics);
    if (!value) continue;
    const Value fitting = adapted(parameter->domain, *value);
    if (contains(parameter->domain, fitting)) {
      partial.set(entry.key, fitting);
    } else {
      diagnostics.error(entry.value.at, "point",
                        fmt::format("{} needs {}, found {}", entry.key, describe(parameter->domain),
                                    describe_node(entry.value)));
    }
  }
  return partial;
}

// Of points in a space that could not be read.
void check_names(const Node& points, const Node& parameters, Diagnostics& diagnostics) {
  Diagnostics known;  // what is wrong with groups has been said with the parameters
  std::vector<std::string> names;
  for (const ParameterEntry& entry : parameter_entries(parameters, known)) {
    if (!entry.is_derived()) names.push_back(entry.name);
  }
  for (const Node& item : points.items) {
    for (const Entry& entry : item.entries) {
      if (std::ranges::count(names, entry.key) == 0) report_unknown(entry, names, diagnostics);
    }
  }
}

// The first active parameter that has neither a value nor a default.
std::string missing_from(const Point& partial, const SearchSpace& space) {
  Point so_far;
  for (const Parameter& parameter : space.parameters()) {
    if (!space.is_active(parameter, so_far)) continue;
    const Value* given = partial.find(parameter.name);
    const auto* constant = std::get_if<Constant>(&parameter.domain);
    if (given != nullptr) {
      so_far.set(parameter.name, *given);
    } else if (parameter.default_value) {
      so_far.set(parameter.name, *parameter.default_value);
    } else if (constant != nullptr) {
      so_far.set(parameter.name, constant->value);
    } else {
      return parameter.name;
    }
  }
  return "";
}

}  // namespace

std::optional<Point> read_point(const Node& node, const SearchSpace& space,
                                Diagnostics& diagnostics) {
  if (node.kind != Node::Kind::mapping) {
    diagnostics.error(
        node.at, "wrong-type",
        fmt::format("a point needs a mapping {{parameter: value}}, found {}", describe_node(node)));
    return std::nullopt;
  }
  const std::size_t before = diagnostics.error_count();
  const Point partial = read_partial(node, space, diagnostics);
  if (diagnostics.error_count() != before) return std::nullopt;
  const std::optional<Point> point = space.complete(partial);
  if (!point) {
    diagnostics.error(
        node.at, "point",
        fmt::format("the point has no value for `{}`; add it, or give the parameter a "
                    "default",
                    missing_from(partial, space)));
    return std::nullopt;
  }
  for (const Entry& entry : node.entries) {
    if (point->find(entry.key) != nullptr) continue;
    diagnostics.error(
        entry.key_at, "point",
        fmt::format("`{}` is not active at this point (see its `when:`); leave it out", entry.key));
  }
  return diagnostics.error_count() == before ? point : std::nullopt;
}

std::vector<Point> read_points(const Node& node, const Node& parameters,
                               const std::optional<SearchSpace>& space,
                               const std::optional<Rules>& rules, Diagnostics& diagnostics) {
  std::vector<Point> points;
  if (node.kind != Node::Kind::sequence) {
    diagnostics.error(node.at, "wrong-type",
                      fmt::format("points needs a list of points, found {}", describe_node(node)));
  }
  if (!space) {
    check_names(node, parameters, diagnostics);
    return points;
  }
  for (const Node& item : node.items) {
    const auto point = read_point(item, *space, diagnostics);
    if (!point) continue;
    if (const auto broken = broken_rule(rules.value_or(Rules()), *point)) {
      diagnostics.error(item.at, "point", terminal_text(*broken));
    }
    points.push_back(*point);
  }
  return points;
}

}  // namespace winnow::run
