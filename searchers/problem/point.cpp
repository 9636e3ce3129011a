#include "searchers/problem/point.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace winnow {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// Text that can be nothing else: starts with a letter, has no blank, quote or '=', and is not the
// print of a boolean or of a special real.
bool is_plain_word(const std::string& text) {
  if (text.empty() || !is_letter(text[0])) return false;
  if (text == "true" || text == "false" || text == "inf" || text == "nan") return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '/' || c == ':';
  });
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

}  // namespace

const Value* Point::find(std::string_view name) const {
  for (const auto& [entry_name, value] : entries_)
    if (entry_name == name) return &value;
  return nullptr;
}

void Point::set(std::string name, Value value) {
  entries_.emplace_back(std::move(name), std::move(value));
}

std::string canonical_text(const Point& point) {
  std::string result;
  for (const auto& [name, value] : point.entries()) {
    if (!result.empty()) result += ' ';
    result += name;
    result += '=';
    const std::string* text = std::get_if<std::string>(&value);
    if (const auto* number = std::get_if<double>(&value); number != nullptr && *number == 0) {
      result += to_text(Value(0.0));  // -0.0 is the same point
      continue;
    }
    result += text && !is_plain_word(*text) ? quoted(*text) : to_text(value);
  }
  return result;
}

}  // namespace winnow
