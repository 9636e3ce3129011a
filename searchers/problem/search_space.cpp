#include "searchers/problem/search_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "searchers/problem/enumeration.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/problem/parameter_check.hpp"

namespace winnow {
namespace {

std::string place_of(const Parameter& parameter) { return "parameters." + parameter.name; }

using Index = std::map<std::string_view, const Parameter*>;

// Values are looked up in domains that are known to be sound only.
void check_condition(const Parameter& child, const Condition& condition, const Index& index,
                     const std::set<std::string_view>& unsound, std::vector<Fault>& faults) {
  const std::string place = place_of(child) + ".when";
  const auto found = index.find(condition.parameter);
  if (found == index.end()) {
    std::string others;
    constexpr std::size_t longest_list = 200;  // what one still reads
    for (const auto& [name, parameter] : index) {
      if (others.size() < longest_list) others += (others.empty() ? "" : ", ") + std::string(name);
    }
    faults.push_back({place, fmt::format("there is no parameter \"{}\"; there are {}",
                                         condition.parameter, others)});
    return;
  }
  const Parameter& parent = *found->second;
  if (condition.any_of.empty())
    faults.push_back({place, fmt::format("expected at least one value of {}", parent.name)});
  if (unsound.contains(parent.name)) return;
  if (!cardinality(parent.domain)) {
    faults.push_back(
        {place, fmt::format("{} is a continuous number and never has exactly one "
                            "value; depend on a choice, an integer or a stepped number",
                            parent.name)});
    return;
  }
  for (const Value& value : condition.any_of)
    if (!contains(parent.domain, value))
      faults.push_back(
          {place, fmt::format("{} can never be {} ({}); it is {}", parent.name, to_text(value),
                              type_name(value), describe(parent.domain))});
}

// Parents before children, otherwise as given. Parameters on a cycle are left over.
std::vector<Parameter> parents_first(std::vector<Parameter>& left) {
  std::vector<Parameter> ordered;
  std::set<std::string> placed;
  while (true) {
    const auto next = std::find_if(left.begin(), left.end(), [&](const Parameter& parameter) {
      return std::all_of(
          parameter.conditions.begin(), parameter.conditions.end(),
          [&](const Condition& condition) { return placed.contains(condition.parameter); });
    });
    if (next == left.end()) return ordered;
    placed.insert(next->name);
    ordered.push_back(std::move(*next));
    left.erase(next);
  }
}

}  // namespace

SearchSpace::SearchSpace(std::vector<Parameter> parameters) {
  std::vector<Fault> faults;
  Index index;
  std::set<std::string_view> unsound;
  for (const Parameter& parameter : parameters) {
    const std::size_t before = faults.size();
    check_parameter(parameter, faults);
    if (!index.emplace(parameter.name, &parameter).second)
      faults.push_back({place_of(parameter), "there are two parameters of this name"});
    if (faults.size() != before) unsound.insert(parameter.name);
  }
  for (const Parameter& parameter : parameters)
    for (const Condition& condition : parameter.conditions)
      check_condition(parameter, condition, index, unsound, faults);
  if (!faults.empty()) throw ConfigError(std::move(faults));

  parameters_ = parents_first(parameters);
  for (const Parameter& parameter : parameters)
    faults.push_back({place_of(parameter) + ".when",
                      "its conditions lead back to itself, or to parameters that do; break the "
                      "circle"});
  if (!faults.empty()) throw ConfigError(std::move(faults));
}

const Parameter* SearchSpace::find(std::string_view name) const {
  for (const Parameter& parameter : parameters_)
    if (parameter.name == name) return &parameter;
  return nullptr;
}

bool SearchSpace::is_active(const Parameter& parameter, const Point& values_so_far) const {
  return std::all_of(
      parameter.conditions.begin(), parameter.conditions.end(), [&](const Condition& condition) {
        const Value* value = values_so_far.find(condition.parameter);
        return value && std::find(condition.any_of.begin(), condition.any_of.end(), *value) !=
                            condition.any_of.end();
      });
}

std::optional<std::string> SearchSpace::fault(const Point& point) const {
  auto entry = point.entries().begin();
  const auto end = point.entries().end();
  for (const Parameter& parameter : parameters_) {
    const bool is_next = entry != end && entry->first == parameter.name;
    if (!is_active(parameter, point)) {
      if (is_next) return fmt::format("{} is not active here", parameter.name);
      continue;
    }
    if (!is_next)
      return point.find(parameter.name)
                 ? fmt::format("{} is out of order or listed twice", parameter.name)
                 : fmt::format("{} is missing", parameter.name);
    if (!winnow::contains(parameter.domain, entry->second))
      return fmt::format("{}: expected {}, found {} ({})", parameter.name,
                         describe(parameter.domain), to_text(entry->second),
                         type_name(entry->second));
    ++entry;
  }
  if (entry == end) return std::nullopt;
  if (find(entry->first)) return fmt::format("{} is out of order or not active", entry->first);
  return fmt::format("there is no parameter \"{}\"", entry->first);
}

std::optional<std::uint64_t> SearchSpace::cardinality() const { return Enumeration(*this).size(); }

std::optional<Point> SearchSpace::complete(const Point& partial) const {
  Point point;
  for (const Parameter& parameter : parameters_) {
    if (!is_active(parameter, point)) continue;
    const Constant* constant = std::get_if<Constant>(&parameter.domain);
    if (const Value* given = partial.find(parameter.name))
      point.set(parameter.name, *given);
    else if (parameter.default_value)
      point.set(parameter.name, *parameter.default_value);
    else if (constant)
      point.set(parameter.name, constant->value);
    else
      return std::nullopt;
  }
  return point;
}

}  // namespace winnow
