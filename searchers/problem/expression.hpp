// A small language for what ties parameters together: "256 / batch_size", "batch * rank <= 8192 and
// not fast", "8 if model == 'big' else 32". It knows parameters, numbers, texts, arithmetic,
// comparisons, `and or not in`, `a if c else b` and some functions; nothing in it has a side effect
// or can run for long. The grammar is Python's for these, so that nobody has to learn it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "searchers/problem/value.hpp"

namespace winnow {

/// What is wrong with an expression, and where: bytes from its beginning.
struct ExpressionFault {
  std::size_t offset = 0;
  std::string message;
};

enum class ExpressionType { boolean, number, text, unknown };

struct ExpressionNode;

/// Division by zero, a result that is no finite number, text where a number is needed.
struct Undefined {
  std::string reason;
};
/// It needs a parameter that is not active.
struct NotApplicable {};
using ExpressionValue = std::variant<Value, Undefined, NotApplicable>;

class Expression {
 public:
  struct Name {
    std::string name;
    std::size_t offset = 0;
  };

  static std::variant<Expression, ExpressionFault> parse(std::string_view text);

  const std::string& text() const { return text_; }
  /// The parameters it mentions, in order, each as often as it does.
  std::vector<Name> names() const;
  /// The type of its value, given those of its names; or what does not fit together.
  std::variant<ExpressionType, ExpressionFault> type(
      const std::function<ExpressionType(const std::string&)>& type_of) const;
  /// Its value where `find` gives those of its names, nullptr for one that is not active. Integers
  /// stay integers where arithmetic lets them: a quotient that comes out even, too. What `and`,
  /// `or` and `if` do not need is not looked at.
  ExpressionValue value(const std::function<const Value*(const std::string&)>& find) const;

  bool operator==(const Expression& other) const { return text_ == other.text_; }

 private:
  Expression(std::string text, std::shared_ptr<const ExpressionNode> root)
      : text_(std::move(text)), root_(std::move(root)) {}

  std::string text_;
  std::shared_ptr<const ExpressionNode> root_;
};

}  // namespace winnow
