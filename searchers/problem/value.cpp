#include "searchers/problem/value.hpp"

#include <fmt/format.h>

#include "searchers/problem/error.hpp"
#include "searchers/problem/overloaded.hpp"

namespace winnow {
namespace {

// fmt prints the shortest decimal that reads back as the same double, but "3" for 3.0.
std::string real_text(double value) {
  std::string text = fmt::format("{}", value);
  const bool looks_like_integer = text.find_first_of(".einf") == std::string::npos;
  return looks_like_integer ? text + ".0" : text;
}

}  // namespace

std::string to_text(const Value& value) {
  return std::visit(Overloaded{[](bool flag) { return std::string(flag ? "true" : "false"); },
                               [](std::int64_t integer) { return fmt::format("{}", integer); },
                               [](double real) { return real_text(real); },
                               [](const std::string& text) { return text; }},
                    value);
}

std::string type_name(const Value& value) {
  return std::visit(
      Overloaded{[](bool) { return "a boolean"; }, [](std::int64_t) { return "an integer"; },
                 [](double) { return "a number"; }, [](const std::string&) { return "text"; }},
      value);
}

double as_number(const Value& value) {
  return std::visit(Overloaded{[](bool flag) { return flag ? 1.0 : 0.0; },
                               [](std::int64_t integer) { return static_cast<double>(integer); },
                               [](double real) { return real; },
                               [](const std::string& text) -> double {
                                 expect(false, "'" + text + "' is text, not a number");
                                 return 0;
                               }},
                    value);
}

}  // namespace winnow
