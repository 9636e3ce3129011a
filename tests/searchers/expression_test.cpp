#include "searchers/problem/expression.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <map>

using namespace winnow;

namespace {

const std::map<std::string, Value> values = {
    {"n", std::int64_t{7}}, {"batch", std::int64_t{8}},    {"x", 0.5},
    {"fast", true},         {"word", std::string("adam")}, {"a-b", std::int64_t{3}},
    {"group.lr", 0.25},     {"least", INT64_MIN}};

const Value* find(const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? nullptr : &found->second;
}

/// The value with its type: "7", "0.5", "true", "'adam'"; "undefined: …", "not applicable".
std::string result(const std::string& text) {
  const auto parsed = Expression::parse(text);
  if (const auto* fault = std::get_if<ExpressionFault>(&parsed))
    return fmt::format("{}: {}", fault->offset, fault->message);
  const ExpressionValue value = std::get<Expression>(parsed).value(find);
  if (const auto* undefined = std::get_if<Undefined>(&value))
    return "undefined: " + undefined->reason;
  if (std::holds_alternative<NotApplicable>(value)) return "not applicable";
  const Value& known = std::get<Value>(value);
  return std::holds_alternative<std::string>(known) ? "'" + to_text(known) + "'" : to_text(known);
}

std::string fault(const std::string& text) {
  const auto parsed = Expression::parse(text);
  REQUIRE(std::holds_alternative<ExpressionFault>(parsed));
  const auto& found = std::get<ExpressionFault>(parsed);
  return fmt::format("{}: {}", found.offset, found.message);
}

std::string type_fault(const std::string& text) {
  const auto type_of = [](const std::string& name) {
    if (name == "fast") return ExpressionType::boolean;
    return name == "word" ? ExpressionType::text : ExpressionType::number;
  };
  const auto parsed = Expression::parse(text);
  REQUIRE(std::holds_alternative<Expression>(parsed));
  const auto type = std::get<Expression>(parsed).type(type_of);
  if (const auto* found = std::get_if<ExpressionFault>(&type))
    return fmt::format("{}: {}", found->offset, found->message);
  return "";
}

}  // namespace

TEST_CASE("expressions bind as in Python") {
  // Each of these was also evaluated by Python 3.11.
  CHECK(result("1 + 2 * 3") == "7");
  CHECK(result("(1 + 2) * 3") == "9");
  CHECK(result("2 ** 3 ** 2") == "512");
  CHECK(result("-2 ** 2") == "-4");
  CHECK(result("2 ** -1") == "0.5");
  CHECK(result("7 // 2") == "3");
  CHECK(result("-7 // 2") == "-4");
  CHECK(result("-7 % 3") == "2");
  CHECK(result("7 % -3") == "-2");
  CHECK(result("7.5 // 2") == "3.0");
  CHECK(result("-7.5 % 2") == "0.5");
  CHECK(result("10 - 4 - 3") == "3");
  CHECK(result("1 < 2 < 3") == "true");
  CHECK(result("1 < 3 < 2") == "false");
  CHECK(result("3 > 2 >= 2") == "true");
  CHECK(result("not 1 == 2 and 2 == 2") == "true");
  CHECK(result("true or false and false") == "true");
  CHECK(result("1 if false else 2 if false else 3") == "3");
  CHECK(result("word in ['sgd', \"adam\"]") == "true");
  CHECK(result("n not in [1, 2]") == "true");
  CHECK(result("1 == 1.0") == "true");
  CHECK(result("min(3, 1.5, 2)") == "1.5");
  CHECK(result("max(3, 1)") == "3");
  CHECK(result("floor(2.7) + ceil(2.1) + abs(-3)") == "8");
  CHECK(result("round(2.5)") == "2");
  CHECK(result("1e3 + .5") == "1000.5");
  CHECK(result("sqrt(16)") == "4.0");
}

TEST_CASE("a quotient of integers that comes out even stays an integer") {
  CHECK(result("256 / batch") == "32");
  CHECK(result("7 / 2") == "3.5");
  CHECK(result("8.0 / 2") == "4.0");
}

TEST_CASE("names may hold dots, and others in backquotes") {
  CHECK(result("group.lr * 2") == "0.5");
  CHECK(result("`a-b` + 1") == "4");
  CHECK(result("n if fast else word") == "7");
}

TEST_CASE("what cannot be computed says why and nothing overflows") {
  CHECK(result("1 / (n - 7)") == "undefined: division by zero");
  CHECK(result("1.0 % 0") == "undefined: division by zero");
  CHECK(result("log(0)") == "undefined: the result is not a finite number");
  CHECK(result("sqrt(-1)") == "undefined: the result is not a finite number");
  CHECK(result("9223372036854775807 + 1") == "undefined: the result does not fit into 64 bits");
  CHECK(result("-least") == "undefined: the result does not fit into 64 bits");
  CHECK(result("least / -1") == "undefined: the result does not fit into 64 bits");
  CHECK(result("least // -1") == "undefined: the result does not fit into 64 bits");
  CHECK(result("least % -1") == "0");
  CHECK(result("10 ** 400") == "undefined: the result does not fit into 64 bits");
  CHECK(result("1 ** 9223372036854775807") == "1");
  CHECK(result("word + 1") == "undefined: \"adam\" stands where a number is needed");
  CHECK(result("floor(1e300)") == "undefined: floor of a number beyond 2^53");
}

TEST_CASE("what a decision does not need is not looked at") {
  CHECK(result("absent + 1") == "not applicable");
  CHECK(result("fast or absent > 1") == "true");
  CHECK(result("not fast and 1 / 0 > 1") == "false");
  CHECK(result("0 if not fast else n") == "7");
}

TEST_CASE("a wrong expression says where and what was expected") {
  CHECK(fault("1 +") == "3: expected a number, a parameter, a function or `(`, found the end");
  CHECK(fault("a = 3") == "2: expected ==, found a single =");
  CHECK(fault("2 ^ 3") == "2: powers are written with **");
  CHECK(fault("(1 + 2") == "6: expected `)`, found the end");
  CHECK(fault("'abc") == "0: the closing ' is missing");
  CHECK(fault("2x") == "0: a number runs into a name; write the operator between them");
  CHECK(fault("1 if 2") == "6: expected `else`, found the end");
  CHECK(fault("x in 3") == "5: expected a list [a, b, …], found `3`");
  CHECK(fault("a b") == "2: expected an operator or the end, found `b`");
  CHECK(fault("sine(3)").starts_with("0: there is no function sine; there are abs, ceil"));
  CHECK(fault("sqrt(1, 2)") == "0: sqrt takes 1 argument, found 2");
  CHECK(fault("and 3") == "0: expected a value before it, found `and`");
  CHECK(fault("") == "0: expected a number, a parameter, a function or `(`, found the end");
  CHECK(fault("__import__('os')").starts_with("0: there is no function __import__"));
  CHECK(fault(std::string(60, '(')) == "50: nested too deeply");
  CHECK(fault(std::string(2001, '1')).starts_with("0: an expression has at most 2000 characters"));
}

TEST_CASE("long chains neither overflow the stack nor take long") {
  std::string sum = "1";
  while (sum.size() < 1990) sum += "+1";
  CHECK(result(sum) == std::to_string((sum.size() + 1) / 2));
  std::string minus(40, '-');
  CHECK(result(minus + "1") == "1");
}

TEST_CASE("types that do not fit together are found before any value is known") {
  CHECK(type_fault("word + 1") == "0: expected a number, found text");
  CHECK(type_fault("n and fast") == "0: expected true or false, found a number");
  CHECK(type_fault("word == 3") == "8: expected text, found a number");
  CHECK(type_fault("n in [1, 'a']") == "9: expected a number, found text");
  CHECK(type_fault("not n") == "4: expected true or false, found a number");
  CHECK(type_fault("sqrt(fast)") == "5: expected a number, found true or false");
  CHECK(type_fault("1 < 2 < word") == "8: expected a number, found text");
  CHECK(type_fault("(n if fast else 2) > 1 and word in ['a']").empty());
}
