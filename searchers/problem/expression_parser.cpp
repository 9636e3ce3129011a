// Recursive descent, one function for each level of binding, weakest first.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "searchers/problem/expression_tree.hpp"

namespace winnow {
namespace {

using Tree = std::shared_ptr<const ExpressionNode>;

// Long enough for any rule that people can read; keeps trees too flat to overflow a stack.
constexpr std::size_t longest_expression = 2'000;
constexpr int deepest_nesting = 150;  // calls; a pair of parentheses takes three

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_part(char c) { return is_name_start(c) || is_digit(c) || c == '.'; }

struct Token {
  enum class Kind { end, number, text, word, quoted_name, symbol };
  Kind kind = Kind::end;
  std::size_t offset = 0;
  std::string text;  // as written; of texts and quoted names what is between the quotes
  Value value = {};  // of a number
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t'))
      ++at_;
    const std::size_t begin = at_;
    if (at_ == text_.size()) return {Token::Kind::end, begin, "", {}};
    const char c = text_[at_];
    if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])))
      return number();
    if (c == '\'' || c == '"' || c == '`') return quoted(c);
    if (is_name_start(c)) {
      while (at_ < text_.size() && is_name_part(text_[at_])) ++at_;
      return {Token::Kind::word, begin, std::string(text_.substr(begin, at_ - begin)), {}};
    }
    for (const std::string_view symbol : {"**", "//", "<=", ">=", "==", "!="}) {
      if (text_.substr(at_).starts_with(symbol)) {
        at_ += 2;
        return {Token::Kind::symbol, begin, std::string(symbol), {}};
      }
    }
    ++at_;
    return {Token::Kind::symbol, begin, std::string(1, c), {}};
  }

 private:
  Token number() {
    const std::size_t begin = at_;
    const char* const first = text_.data() + begin;
    const char* const last = text_.data() + text_.size();
    std::int64_t integer = 0;
    double real = 0;
    const auto as_integer = std::from_chars(first, last, integer);
    const auto as_real = std::from_chars(first, last, real);
    if (as_real.ec != std::errc{})
      throw ExpressionFault{begin, "the number does not fit into a double"};
    const bool is_integer = as_integer.ec == std::errc{} && as_integer.ptr == as_real.ptr;
    at_ += static_cast<std::size_t>(as_real.ptr - first);
    if (at_ < text_.size() && is_name_part(text_[at_]))
      throw ExpressionFault{begin, "a number runs into a name; write the operator between them"};
    return {Token::Kind::number, begin, std::string(text_.substr(begin, at_ - begin)),
            is_integer ? Value(integer) : Value(real)};
  }

  Token quoted(char quote) {
    const std::size_t begin = at_++;
    const std::size_t end = text_.find(quote, at_);
    if (end == std::string_view::npos)
      throw ExpressionFault{begin, fmt::format("the closing {} is missing", quote)};
    const std::string_view inner = text_.substr(at_, end - at_);
    at_ = end + 1;
    return {
        quote == '`' ? Token::Kind::quoted_name : Token::Kind::text, begin, std::string(inner), {}};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) { token_ = lexer_.next(); }

  Tree whole() {
    Tree tree = choice();
    if (token_.kind != Token::Kind::end) unexpected("an operator or the end");
    return tree;
  }

 private:
  Tree choice() {
    const Nesting nesting(*this);
    Tree value = disjunction();
    const std::size_t offset = token_.offset;
    if (!take_word("if")) return value;
    Tree condition = disjunction();
    if (!take_word("else")) unexpected("`else`");
    return make(Operator::choose, offset, {std::move(condition), std::move(value), choice()});
  }

  Tree disjunction() {
    Tree left = conjunction();
    for (std::size_t offset = token_.offset; take_word("or"); offset = token_.offset)
      left = make(Operator::logical_or, offset, {left, conjunction()});
    return left;
  }

  Tree conjunction() {
    Tree left = negation();
    for (std::size_t offset = token_.offset; take_word("and"); offset = token_.offset)
      left = make(Operator::logical_and, offset, {left, negation()});
    return left;
  }

  Tree negation() {
    const Nesting nesting(*this);
    const std::size_t offset = token_.offset;
    if (take_word("not")) return make(Operator::logical_not, offset, {negation()});
    return comparison();
  }

  // a < b < c means a < b and b < c.
  Tree comparison() {
    Tree left = sum();
    Tree all;
    while (true) {
      const std::size_t offset = token_.offset;
      Tree one;
      if (token_.kind == Token::Kind::word && (token_.text == "in" || token_.text == "not")) {
        one = membership(left);
        left = one;
      } else if (const std::optional<std::string> symbol = take_comparison()) {
        Tree right = sum();
        one = compare(*symbol, offset, left, right);
        left = std::move(right);
      } else {
        return all ? all : left;
      }
      all = all ? make(Operator::logical_and, offset, {all, one}) : one;
    }
  }

  std::optional<std::string> take_comparison() {
    if (token_.kind != Token::Kind::symbol) return std::nullopt;
    if (token_.text == "=") throw ExpressionFault{token_.offset, "expected ==, found a single ="};
    for (const char* symbol : {"<", "<=", ">", ">=", "==", "!="})
      if (take_symbol(symbol)) return symbol;
    return std::nullopt;
  }

  static Tree compare(const std::string& symbol, std::size_t offset, Tree left, Tree right) {
    if (symbol == "==") return make(Operator::equal, offset, {left, right});
    if (symbol == "!=") return make(Operator::not_equal, offset, {left, right});
    const Operator op = symbol.size() == 2 ? Operator::less_equal : Operator::less;
    if (symbol[0] == '<') return make(op, offset, {left, right});
    return make(op, offset, {right, left});
  }

  Tree membership(const Tree& value) {
    const std::size_t offset = token_.offset;
    const bool negated = take_word("not");
    if (!take_word("in")) unexpected("`in`");
    if (!take_symbol("[")) unexpected("a list [a, b, …]");
    std::vector<Tree> children = {value};
    do {
      children.push_back(choice());
    } while (take_symbol(","));
    if (!take_symbol("]")) unexpected("`,` or `]`");
    Tree tree = make(Operator::is_one_of, offset, std::move(children));
    return negated ? make(Operator::logical_not, offset, {tree}) : tree;
  }

  Tree sum() {
    Tree left = product();
    while (true) {
      const std::size_t offset = token_.offset;
      if (take_symbol("+"))
        left = make(Operator::add, offset, {left, product()});
      else if (take_symbol("-"))
        left = make(Operator::subtract, offset, {left, product()});
      else
        return left;
    }
  }

  Tree product() {
    Tree left = signed_value();
    while (true) {
      const std::size_t offset = token_.offset;
      if (take_symbol("*"))
        left = make(Operator::multiply, offset, {left, signed_value()});
      else if (take_symbol("/"))
        left = make(Operator::divide, offset, {left, signed_value()});
      else if (take_symbol("//"))
        left = make(Operator::floor_divide, offset, {left, signed_value()});
      else if (take_symbol("%"))
        left = make(Operator::modulo, offset, {left, signed_value()});
      else
        return left;
    }
  }

  Tree signed_value() {
    const Nesting nesting(*this);
    const std::size_t offset = token_.offset;
    if (take_symbol("-")) return make(Operator::negate, offset, {signed_value()});
    if (take_symbol("+")) return signed_value();
    Tree base = primary();
    const std::size_t at = token_.offset;
    if (token_.kind == Token::Kind::symbol && token_.text == "^")
      throw ExpressionFault{at, "powers are written with **"};
    if (!take_symbol("**")) return base;
    const Tree exponent = signed_value();
    return make(Operator::power, at, {base, exponent});
  }

  Tree primary() {
    const Token token = token_;
    switch (token.kind) {
      case Token::Kind::number:
        advance();
        return constant(token, token.value);
      case Token::Kind::text:
        advance();
        return constant(token, Value(token.text));
      case Token::Kind::quoted_name:
        advance();
        return name(token);
      case Token::Kind::word:
        return word();
      case Token::Kind::symbol:
        if (!take_symbol("(")) break;
        {
          Tree inner = choice();
          if (!take_symbol(")")) unexpected("`)`");
          return inner;
        }
      case Token::Kind::end:
        break;
    }
    unexpected("a number, a parameter, a function or `(`");
  }

  Tree word() {
    const Token token = token_;
    constexpr std::array<std::string_view, 6> keywords = {"and", "or", "not", "in", "if", "else"};
    if (std::ranges::find(keywords, token.text) != keywords.end()) unexpected("a value before it");
    advance();
    if (token.text == "true" || token.text == "True") return constant(token, Value(true));
    if (token.text == "false" || token.text == "False") return constant(token, Value(false));
    return take_symbol("(") ? call(token) : name(token);
  }

  Tree call(const Token& token) {
    const Function* function = find_function(token.text);
    if (function == nullptr)
      throw ExpressionFault{token.offset, fmt::format("there is no function {}; there are {}",
                                                      token.text, function_names())};
    ExpressionNode node{.op = Operator::call, .offset = token.offset};
    node.function = function;
    if (!take_symbol(")")) {
      do {
        node.children.push_back(choice());
      } while (take_symbol(","));
      if (!take_symbol(")")) unexpected("`,` or `)`");
    }
    const std::size_t count = node.children.size();
    if (count < function->least_arguments || count > function->most_arguments)
      throw ExpressionFault{
          token.offset,
          fmt::format("{} takes {}{} argument{}, found {}", token.text, function->least_arguments,
                      function->most_arguments > function->least_arguments ? " or more" : "",
                      function->least_arguments == 1 ? "" : "s", count)};
    return std::make_shared<const ExpressionNode>(std::move(node));
  }

  static Tree constant(const Token& token, Value value) {
    ExpressionNode node{.op = Operator::constant, .offset = token.offset};
    node.constant = std::move(value);
    return std::make_shared<const ExpressionNode>(std::move(node));
  }
  static Tree name(const Token& token) {
    ExpressionNode node{.op = Operator::name, .offset = token.offset};
    node.name = token.text;
    return std::make_shared<const ExpressionNode>(std::move(node));
  }
  static Tree make(Operator op, std::size_t offset, std::vector<Tree> children) {
    return std::make_shared<const ExpressionNode>(
        ExpressionNode{.op = op, .offset = offset, .children = std::move(children)});
  }

  void advance() { token_ = lexer_.next(); }
  bool take_word(std::string_view word) { return take(Token::Kind::word, word); }
  bool take_symbol(std::string_view symbol) { return take(Token::Kind::symbol, symbol); }
  bool take(Token::Kind kind, std::string_view text) {
    if (token_.kind != kind || token_.text != text) return false;
    advance();
    return true;
  }
  [[noreturn]] void unexpected(std::string_view expected) const {
    const std::string found =
        token_.kind == Token::Kind::end ? "the end" : fmt::format("`{}`", token_.text);
    throw ExpressionFault{token_.offset, fmt::format("expected {}, found {}", expected, found)};
  }

  struct Nesting {
    explicit Nesting(Parser& parser) : depth(parser.depth_) {
      if (++depth > deepest_nesting)
        throw ExpressionFault{parser.token_.offset, "nested too deeply"};
    }
    ~Nesting() { --depth; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    int& depth;
  };

  Lexer lexer_;
  Token token_;
  int depth_ = 0;
};

}  // namespace

std::variant<Expression, ExpressionFault> Expression::parse(std::string_view text) {
  if (text.size() > longest_expression)
    return ExpressionFault{0, fmt::format("an expression has at most {} characters, found {}",
                                          longest_expression, text.size())};
  try {
    return Expression(std::string(text), Parser(text).whole());
  } catch (const ExpressionFault& fault) {  // thrown by the descent, many calls below
    return fault;
  }
}

}  // namespace winnow
