#include "searchers/problem/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "searchers/problem/error.hpp"
#include "searchers/problem/expression_tree.hpp"

namespace winnow {
namespace {

constexpr std::size_t any_number = 100;  // of arguments

constexpr std::array<Function, 11> functions = {{
    {"abs", 1, 1, false, true, [](std::span<const double> x) { return std::fabs(x[0]); }},
    {"ceil", 1, 1, true, true, [](std::span<const double> x) { return std::ceil(x[0]); }},
    {"exp", 1, 1, false, false, [](std::span<const double> x) { return std::exp(x[0]); }},
    {"floor", 1, 1, true, true, [](std::span<const double> x) { return std::floor(x[0]); }},
    {"log", 1, 1, false, false, [](std::span<const double> x) { return std::log(x[0]); }},
    {"log10", 1, 1, false, false, [](std::span<const double> x) { return std::log10(x[0]); }},
    {"log2", 1, 1, false, false, [](std::span<const double> x) { return std::log2(x[0]); }},
    {"max", 1, any_number, false, true,
     [](std::span<const double> x) { return *std::ranges::max_element(x); }},
    {"min", 1, any_number, false, true,
     [](std::span<const double> x) { return *std::ranges::min_element(x); }},
    {"round", 1, 1, true, true, [](std::span<const double> x) { return std::nearbyint(x[0]); }},
    {"sqrt", 1, 1, false, false, [](std::span<const double> x) { return std::sqrt(x[0]); }},
}};

// From here on doubles do not hold every integer, and functions compute with doubles.
constexpr double exact_integers = 0x1p53;

using Find = std::function<const Value*(const std::string&)>;

Undefined not_finite() { return {"the result is not a finite number"}; }

const std::int64_t* integer_of(const Value& value) { return std::get_if<std::int64_t>(&value); }
bool is_number(const Value& value) {
  return integer_of(value) != nullptr || std::holds_alternative<double>(value);
}

ExpressionValue real(double value) {
  if (!std::isfinite(value)) return not_finite();
  return Value(value);
}

// Towards minus infinity, as in Python; the remainder then has the sign of the divisor.
std::int64_t floor_quotient(std::int64_t a, std::int64_t b) {
  const std::int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

std::optional<std::int64_t> integer_power(std::int64_t base, std::int64_t exponent) {
  std::int64_t result = 1;
  const bool is_unit = base == 0 || base == 1 || base == -1;
  if (is_unit) exponent = base == -1 ? exponent % 2 : std::min<std::int64_t>(exponent, 1);
  for (std::int64_t i = 0; i < exponent; ++i)
    if (__builtin_mul_overflow(result, base, &result)) return std::nullopt;
  return result;
}

ExpressionValue integers(Operator op, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  bool overflows = false;
  const bool divides =
      op == Operator::divide || op == Operator::floor_divide || op == Operator::modulo;
  if (divides && b == 0) return Undefined{"division by zero"};
  if (divides && b == -1) {  // the one quotient that overflows
    if (op == Operator::modulo) return Value(std::int64_t{0});
    overflows = __builtin_sub_overflow(std::int64_t{0}, a, &result);
  } else if (op == Operator::add) {
    overflows = __builtin_add_overflow(a, b, &result);
  } else if (op == Operator::subtract) {
    overflows = __builtin_sub_overflow(a, b, &result);
  } else if (op == Operator::multiply) {
    overflows = __builtin_mul_overflow(a, b, &result);
  } else if (op == Operator::floor_divide) {
    result = floor_quotient(a, b);
  } else if (op == Operator::modulo) {
    result = a - floor_quotient(a, b) * b;
  } else if (op == Operator::divide) {
    if (a % b != 0) return real(static_cast<double>(a) / static_cast<double>(b));
    result = a / b;
  } else {
    expect(op == Operator::power, "an operator of arithmetic");
    if (b < 0) return real(std::pow(static_cast<double>(a), static_cast<double>(b)));
    const std::optional<std::int64_t> power = integer_power(a, b);
    overflows = !power;
    result = power.value_or(0);
  }
  if (overflows) return Undefined{"the result does not fit into 64 bits"};
  return Value(result);
}

ExpressionValue reals(Operator op, double a, double b) {
  const bool divides =
      op == Operator::divide || op == Operator::floor_divide || op == Operator::modulo;
  if (divides && b == 0) return Undefined{"division by zero"};
  switch (op) {
    case Operator::add:
      return real(a + b);
    case Operator::subtract:
      return real(a - b);
    case Operator::multiply:
      return real(a * b);
    case Operator::divide:
      return real(a / b);
    case Operator::floor_divide:
      return real(std::floor(a / b));
    case Operator::modulo:
      return real(a - std::floor(a / b) * b);
    default:
      expect(op == Operator::power, "an operator of arithmetic");
      return real(std::pow(a, b));
  }
}

// Of two numbers, exactly also where one is an integer beyond 2^53: x86 and ARM have long doubles
// with 64 bits or more.
bool same(const Value& a, const Value& b) {
  if (!is_number(a) || !is_number(b)) return a == b;
  const auto wide = [](const Value& value) {
    const std::int64_t* integer = integer_of(value);
    return integer != nullptr ? static_cast<long double>(*integer)
                              : static_cast<long double>(std::get<double>(value));
  };
  return wide(a) == wide(b);
}

class Evaluation {
 public:
  explicit Evaluation(const Find& find) : find_(find) {}

  ExpressionValue of(const ExpressionNode& node) const {
    switch (node.op) {
      case Operator::constant:
        return node.constant;
      case Operator::name: {
        const Value* value = find_(node.name);
        return value != nullptr ? ExpressionValue(*value) : ExpressionValue(NotApplicable{});
      }
      case Operator::logical_and:
      case Operator::logical_or:
        return logical(node);
      case Operator::choose: {
        const ExpressionValue condition = boolean(*node.children[0]);
        const Value* value = std::get_if<Value>(&condition);
        return value != nullptr ? of(*node.children[std::get<bool>(*value) ? 1 : 2]) : condition;
      }
      default:
        return strict(node);
    }
  }

 private:
  ExpressionValue boolean(const ExpressionNode& node) const {
    ExpressionValue result = of(node);
    const Value* value = std::get_if<Value>(&result);
    if (value != nullptr && !std::holds_alternative<bool>(*value))
      return Undefined{fmt::format("{} stands where true or false is needed", to_text(*value))};
    return result;
  }

  ExpressionValue logical(const ExpressionNode& node) const {
    ExpressionValue left = boolean(*node.children[0]);
    const Value* value = std::get_if<Value>(&left);
    const bool decides = node.op == Operator::logical_or;
    if (value == nullptr || std::get<bool>(*value) == decides) return left;
    return boolean(*node.children[1]);
  }

  // Everything that needs the values of all its children.
  ExpressionValue strict(const ExpressionNode& node) const {
    std::vector<Value> values;
    for (const auto& child : node.children) {
      ExpressionValue result = of(*child);
      if (!std::holds_alternative<Value>(result)) return result;
      values.push_back(std::get<Value>(std::move(result)));
    }
    const auto is_same = [&](const Value& other) { return same(values[0], other); };
    switch (node.op) {
      case Operator::equal:
        return Value(same(values[0], values[1]));
      case Operator::not_equal:
        return Value(!same(values[0], values[1]));
      case Operator::is_one_of:
        return Value(std::any_of(values.begin() + 1, values.end(), is_same));
      case Operator::logical_not:
        if (const bool* flag = std::get_if<bool>(&values[0])) return Value(!*flag);
        return Undefined{fmt::format("{} is not true or false", to_text(values[0]))};
      default:
        return numeric(node, values);
    }
  }

  static ExpressionValue numeric(const ExpressionNode& node, const std::vector<Value>& values) {
    for (const Value& value : values)
      if (!is_number(value))
        return Undefined{fmt::format("\"{}\" stands where a number is needed", to_text(value))};
    if (node.op == Operator::call) return called(*node.function, values);
    if (node.op == Operator::negate) {
      const std::int64_t* integer = integer_of(values[0]);
      if (integer != nullptr) return integers(Operator::subtract, 0, *integer);
      return Value(-std::get<double>(values[0]));
    }
    const bool is_less = node.op == Operator::less;
    const std::int64_t* a = integer_of(values[0]);
    const std::int64_t* b = integer_of(values[1]);
    if (is_less || node.op == Operator::less_equal) {
      const bool less =
          a != nullptr && b != nullptr ? *a < *b : as_number(values[0]) < as_number(values[1]);
      return Value(less || (!is_less && same(values[0], values[1])));
    }
    if (a != nullptr && b != nullptr) return integers(node.op, *a, *b);
    return reals(node.op, as_number(values[0]), as_number(values[1]));
  }

  static ExpressionValue called(const Function& function, const std::vector<Value>& values) {
    std::vector<double> numbers;
    bool all_integers = true;
    for (const Value& value : values) {
      numbers.push_back(as_number(value));
      all_integers = all_integers && integer_of(value) != nullptr;
    }
    const double result = function.apply(numbers);
    const bool is_integer = function.gives_integer || (function.keeps_integers && all_integers);
    if (!is_integer || !std::isfinite(result)) return real(result);
    if (std::fabs(result) > exact_integers)
      return Undefined{fmt::format("{} of a number beyond 2^53", function.name)};
    return Value(static_cast<std::int64_t>(result));
  }

  const Find& find_;
};

}  // namespace

const Function* find_function(std::string_view name) {
  const auto found = std::ranges::find(functions, name, &Function::name);
  return found == functions.end() ? nullptr : &*found;
}

std::string function_names() {
  std::string names;
  for (const Function& function : functions)
    names += (names.empty() ? "" : ", ") + std::string(function.name);
  return names;
}

std::vector<Expression::Name> Expression::names() const {
  std::vector<Name> names;
  std::vector<const ExpressionNode*> open = {root_.get()};
  while (!open.empty()) {
    const ExpressionNode* node = open.back();
    open.pop_back();
    if (node->op == Operator::name) names.push_back({node->name, node->offset});
    for (const auto& child : node->children) open.push_back(child.get());
  }
  std::ranges::sort(names, {}, &Name::offset);
  return names;
}

ExpressionValue Expression::value(const Find& find) const { return Evaluation(find).of(*root_); }

}  // namespace winnow
