#include "searchers/problem/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "searchers/problem/error.hpp"

namespace winnow {
namespace {

ExpressionType type_of(const Value& value) {
  if (std::holds_alternative<bool>(value)) return ExpressionType::boolean;
  if (std::holds_alternative<std::string>(value)) return ExpressionType::text;
  return ExpressionType::number;
}

ExpressionType type_of(const Domain& domain) {
  if (const auto* constant = std::get_if<Constant>(&domain)) return type_of(constant->value);
  const auto* categorical = std::get_if<Categorical>(&domain);
  if (categorical == nullptr) return ExpressionType::number;
  const ExpressionType first = type_of(categorical->choices.front());
  const bool all_alike = std::ranges::all_of(
      categorical->choices, [first](const Value& choice) { return type_of(choice) == first; });
  return all_alike ? first : ExpressionType::unknown;
}

std::string place_of(const DerivedValue& value) { return "parameters." + value.name + ".expr"; }

// Types by name, of parameters and of the derived values so far.
using Types = std::map<std::string, ExpressionType>;

class Settling {
 public:
  Settling(Rules& rules, const SearchSpace& space) : rules_(rules) {
    for (const Parameter& parameter : space.parameters())
      types_[parameter.name] = type_of(parameter.domain);
  }

  std::vector<RuleFault> faults() {
    for (const DerivedValue& value : rules_.derived) {
      if (types_.contains(value.name))
        add_fault(place_of(value), 0, "there is a parameter of this name");
      derived_.push_back(value.name);
    }
    for (const DerivedValue& value : rules_.derived) find_names(value.expression, place_of(value));
    for (std::size_t i = 0; i < rules_.constraints.size(); ++i)
      find_names(rules_.constraints[i], fmt::format("constraints[{}]", i));
    order_derived();
    check_constraints();
    return std::move(faults_);
  }

 private:
  void find_names(const Expression& expression, const std::string& place) {
    for (const Expression::Name& name : expression.names()) {
      const bool is_known =
          types_.contains(name.name) || std::ranges::find(derived_, name.name) != derived_.end();
      if (!is_known)
        add_fault(place, name.offset,
                  fmt::format("there is no parameter \"{}\"; a text is written '{}', a "
                              "name with - or / in `backquotes`",
                              name.name, name.name));
    }
  }

  // Repeatedly the first one whose names are all known: the given order, where it will do. Nothing
  // is known of the type of one in which something is wrong.
  void order_derived() {
    std::vector<DerivedValue> left = std::exchange(rules_.derived, {});
    std::erase_if(left, [this](const DerivedValue& value) {
      const bool is_wrong = wrong_.contains(place_of(value));
      if (is_wrong) types_.emplace(value.name, ExpressionType::unknown);
      return is_wrong;
    });
    while (!left.empty()) {
      const auto next = std::ranges::find_if(left, [this](const DerivedValue& value) {
        const std::vector<Expression::Name> names = value.expression.names();
        return std::ranges::all_of(
            names, [this](const Expression::Name& name) { return types_.contains(name.name); });
      });
      if (next == left.end()) break;
      types_[next->name] = type_in(next->expression, place_of(*next));
      rules_.derived.push_back(std::move(*next));
      left.erase(next);
    }
    for (const DerivedValue& value : left) {
      add_fault(place_of(value), 0,
                "it needs its own value, by way of others that need it; break the circle");
      types_.emplace(value.name, ExpressionType::unknown);
    }
  }

  void check_constraints() {
    for (std::size_t i = 0; i < rules_.constraints.size(); ++i) {
      const std::string place = fmt::format("constraints[{}]", i);
      if (wrong_.contains(place)) continue;
      const ExpressionType type = type_in(rules_.constraints[i], place);
      if (type == ExpressionType::boolean || type == ExpressionType::unknown) continue;
      add_fault(place, 0,
                "a constraint is true or false at every point; compare it with something");
    }
  }

  ExpressionType type_in(const Expression& expression, const std::string& place) {
    const auto type = expression.type([this](const std::string& name) { return types_.at(name); });
    if (const auto* fault = std::get_if<ExpressionFault>(&type)) {
      add_fault(place, fault->offset, fault->message);
      return ExpressionType::unknown;
    }
    return std::get<ExpressionType>(type);
  }

  void add_fault(const std::string& place, std::size_t offset, const std::string& message) {
    faults_.push_back({place, offset, message});
    wrong_.insert(place);
  }

  Rules& rules_;
  Types types_;
  std::set<std::string> wrong_;  // places of faults so far
  std::vector<std::string> derived_;
  std::vector<RuleFault> faults_;
};

struct Derivation {
  Point point;
  std::optional<std::string> fault;
};

Derivation derive(const Rules& rules, const Point& point) {
  Derivation derivation{point, std::nullopt};
  const auto find = [&](const std::string& name) { return derivation.point.find(name); };
  for (const DerivedValue& value : rules.derived) {
    ExpressionValue result = value.expression.value(find);
    if (auto* known = std::get_if<Value>(&result)) derivation.point.set(value.name, *known);
    if (const auto* undefined = std::get_if<Undefined>(&result)) {
      derivation.fault = fmt::format("{} = {} cannot be computed: {}", value.name,
                                     value.expression.text(), undefined->reason);
      return derivation;
    }
  }
  return derivation;
}

}  // namespace

std::vector<RuleFault> settle(Rules& rules, const SearchSpace& space) {
  return Settling(rules, space).faults();
}

std::optional<std::string> broken_rule(const Rules& rules, const Point& point) {
  const Derivation derivation = derive(rules, point);
  if (derivation.fault) return derivation.fault;
  const auto find = [&](const std::string& name) { return derivation.point.find(name); };
  for (const Expression& constraint : rules.constraints) {
    const ExpressionValue result = constraint.value(find);
    if (const auto* undefined = std::get_if<Undefined>(&result))
      return fmt::format("the constraint {} cannot be computed: {}", constraint.text(),
                         undefined->reason);
    const Value* value = std::get_if<Value>(&result);
    const bool* holds = value != nullptr ? std::get_if<bool>(value) : nullptr;
    if (value != nullptr && (holds == nullptr || !*holds))
      return fmt::format("the constraint {} does not hold", constraint.text());
  }
  return std::nullopt;
}

Point with_derived(const Rules& rules, const Point& point) {
  Derivation derivation = derive(rules, point);
  expect(!derivation.fault, "a point that the rules allow: " + derivation.fault.value_or(""));
  return std::move(derivation.point);
}

}  // namespace winnow
