// The tree of an expression, shared by its parser and its evaluation; nobody else needs it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "searchers/problem/expression.hpp"

namespace winnow {

enum class Operator {
  constant,
  name,
  negate,
  add,
  subtract,
  multiply,
  divide,
  floor_divide,
  modulo,
  power,
  less,
  less_equal,
  equal,
  not_equal,
  logical_not,
  logical_and,
  logical_or,
  choose,     // condition, value if it holds, value if not
  is_one_of,  // value, then the list
  call,
};

/// A function of numbers. `keeps_integers`: integers in, integer out.
struct Function {
  std::string_view name;
  std::size_t least_arguments, most_arguments;
  bool gives_integer;  // whatever goes in
  bool keeps_integers;
  double (*apply)(std::span<const double>);
};

/// nullptr where there is none of this name.
const Function* find_function(std::string_view name);
std::string function_names();

struct ExpressionNode {
  Operator op = Operator::constant;
  std::size_t offset = 0;
  std::vector<std::shared_ptr<const ExpressionNode>> children = {};
  Value constant = {};
  std::string name = {};
  const Function* function = nullptr;
};

}  // namespace winnow
