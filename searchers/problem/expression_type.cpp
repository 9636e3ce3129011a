// What fits together in an expression before any value is known.
#include <fmt/format.h>

#include "searchers/problem/expression_tree.hpp"

namespace winnow {
namespace {

using Type = ExpressionType;

std::string_view name_of(Type type) {
  switch (type) {
    case Type::boolean:
      return "true or false";
    case Type::number:
      return "a number";
    case Type::text:
      return "text";
    case Type::unknown:
      break;
  }
  return "a value";
}

Type type_of(const Value& value) {
  if (std::holds_alternative<bool>(value)) return Type::boolean;
  return std::holds_alternative<std::string>(value) ? Type::text : Type::number;
}

class TypeCheck {
 public:
  explicit TypeCheck(const std::function<Type(const std::string&)>& type_of_name)
      : type_of_name_(type_of_name) {}

  Type of(const ExpressionNode& node) const {
    switch (node.op) {
      case Operator::constant:
        return type_of(node.constant);
      case Operator::name:
        return type_of_name_(node.name);
      case Operator::logical_not:
      case Operator::logical_and:
      case Operator::logical_or:
        need_all(node, Type::boolean);
        return Type::boolean;
      case Operator::less:
      case Operator::less_equal:
        need_all(node, Type::number);
        return Type::boolean;
      case Operator::equal:
      case Operator::not_equal:
      case Operator::is_one_of:
        need_alike(node);
        return Type::boolean;
      case Operator::choose:
        return chosen(node);
      default:
        need_all(node, Type::number);
        return Type::number;
    }
  }

 private:
  void need(const ExpressionNode& node, Type wanted) const {
    const Type found = of(node);
    if (found == wanted || found == Type::unknown) return;
    throw ExpressionFault{node.offset,
                          fmt::format("expected {}, found {}", name_of(wanted), name_of(found))};
  }
  void need_all(const ExpressionNode& node, Type wanted) const {
    for (const auto& child : node.children) need(*child, wanted);
  }
  // A number never equals a text: whoever compares them means something else.
  void need_alike(const ExpressionNode& node) const {
    const Type first = of(*node.children[0]);
    for (std::size_t i = 1; i < node.children.size(); ++i)
      if (first != Type::unknown)
        need(*node.children[i], first);
      else
        of(*node.children[i]);
  }
  Type chosen(const ExpressionNode& node) const {
    need(*node.children[0], Type::boolean);
    const Type first = of(*node.children[1]);
    const Type second = of(*node.children[2]);
    return first == second ? first : Type::unknown;
  }

  const std::function<Type(const std::string&)>& type_of_name_;
};

}  // namespace

std::variant<ExpressionType, ExpressionFault> Expression::type(
    const std::function<ExpressionType(const std::string&)>& type_of_name) const {
  try {
    return TypeCheck(type_of_name).of(*root_);
  } catch (const ExpressionFault& fault) {  // thrown by the check, many calls below
    return fault;
  }
}

}  // namespace winnow
