#include "orchestrator/config/scalar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

std::string_view without_sign(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text;
}

// Leading digits (underscores too when `grouped`), removed from `text`; how many there were.
std::size_t take_digits(std::string_view& text, bool grouped) {
  const auto end = std::ranges::find_if_not(
      text, [grouped](char c) { return is_digit(c) || (grouped && c == '_'); });
  const auto count = static_cast<std::size_t>(end - text.begin());
  text.remove_prefix(count);
  return count;
}

enum class Shape { none, integer, real };

// [-+]? (digits | digits "." digits? | "." digits) ([eE] [-+]? digits)?: YAML 1.2, section 10.3.2.
Shape shape_of(std::string_view text, bool grouped) {
  std::string_view rest = without_sign(text);
  if (rest.empty() || rest[0] == '_') return Shape::none;
  const std::size_t before = take_digits(rest, grouped);
  if (rest.empty()) return Shape::integer;
  std::size_t after = 0;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    after = take_digits(rest, grouped);
  }
  if (before + after == 0) return Shape::none;
  if (rest.starts_with('e') || rest.starts_with('E')) {
    rest = without_sign(rest.substr(1));
    if (take_digits(rest, false) == 0) return Shape::none;
  }
  return rest.empty() ? Shape::real : Shape::none;
}

bool is_other_base(std::string_view text) {
  text = without_sign(text);
  return text.size() > 2 && text[0] == '0' && is_one_of(text.substr(1, 1), {"x", "X", "o", "O"}) &&
         std::ranges::all_of(text.substr(2), [](char c) {
           return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

// Without the plus sign, which from_chars does not read.
std::string_view for_from_chars(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  return text;
}

Scalar read_integer(std::string_view text) {
  const std::string_view digits = for_from_chars(text);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) {
    return Unreadable{"an integer needs to lie between -2^63 and 2^63 - 1"};
  }
  return value;
}

Scalar read_real(std::string_view text) {
  const std::string_view digits = for_from_chars(text);
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) {
    return Unreadable{"the number does not fit into a double (about 1e-308 to 1e308)"};
  }
  return value;
}

}  // namespace

Scalar meaning_of_plain(std::string_view text) {
  if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return Null{};
  if (is_one_of(text, {"true", "True", "TRUE"})) return true;
  if (is_one_of(text, {"false", "False", "FALSE"})) return false;
  if (is_one_of(without_sign(text), {".inf", ".Inf", ".INF"}) ||
      is_one_of(text, {".nan", ".NaN", ".NAN"})) {
    return Unreadable{"infinity and NaN are no values here"};
  }
  if (is_other_base(text)) {
    return Unreadable{fmt::format("write the number in decimal, or \"{}\" if it is text", text)};
  }
  if (text.find('_') != std::string_view::npos && shape_of(text, true) != Shape::none) {
    return Unreadable{
        fmt::format("underscores in numbers mean different things to different readers; leave them "
                    "out, or write "
                    "\"{}\" if it is text",
                    text)};
  }
  switch (shape_of(text, false)) {
    case Shape::integer:
      return read_integer(text);
    case Shape::real:
      return read_real(text);
    case Shape::none:
      break;
  }
  return std::string(text);
}

std::optional<std::string> trap_in_plain(std::string_view text) {
  const std::string_view digits = without_sign(text);
  if (digits.size() > 1 && digits[0] == '0' && shape_of(text, false) == Shape::integer) {
    return fmt::format(
        "{} is read as a decimal number; leave the zeros out, or write \"{}\" for text", text,
        text);
  }
  if (is_one_of(text,
                {"no", "No", "NO", "yes", "Yes", "YES", "on", "On", "ON", "off", "Off", "OFF"})) {
    return fmt::format("{} is text here; write true or false for a boolean, or \"{}\" for text",
                       text, text);
  }
  return std::nullopt;
}

std::optional<double> duration_s(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  constexpr std::array<std::pair<char, double>, 4> units{
      {{'s', 1.0}, {'m', 60.0}, {'h', 3600.0}, {'d', 86400.0}}};
  const auto unit =
      std::ranges::find(units, text.back(), [](const auto& entry) { return entry.first; });
  const std::string_view number = text.substr(0, text.size() - 1);
  if (unit == units.end() || !is_digit(number[0]) || shape_of(number, false) == Shape::none) {
    return std::nullopt;
  }
  const Scalar value = read_real(number);
  const double* seconds = std::get_if<double>(&value);
  if (seconds == nullptr || !std::isfinite(*seconds * unit->second)) return std::nullopt;
  return *seconds * unit->second;
}

std::string duration_text(double seconds) { return fmt::format("{}s", seconds); }

std::optional<std::int64_t> bytes_in(std::string_view text) {
  struct Unit {
    std::string_view name;
    double bytes;
  };
  // Longer names first: every one ends in B.
  constexpr Unit units[] = {{"KiB", 0x1p10}, {"MiB", 0x1p20}, {"GiB", 0x1p30},
                            {"TiB", 0x1p40}, {"kB", 1e3},     {"MB", 1e6},
                            {"GB", 1e9},     {"TB", 1e12},    {"B", 1}};
  for (const Unit& unit : units) {
    if (!text.ends_with(unit.name)) continue;
    text.remove_suffix(unit.name.size());
    double number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const double bytes = std::floor(number * unit.bytes);
    const bool is_size =
        error == std::errc() && stop == text.data() + text.size() && bytes >= 1 && bytes < 0x1p62;
    return is_size ? std::optional(static_cast<std::int64_t>(bytes)) : std::nullopt;
  }
  return std::nullopt;
}

std::string describe_node(const Node& node) {
  if (node.kind == Node::Kind::sequence) return "a list";
  if (node.kind == Node::Kind::mapping) return "a mapping";
  // A few words of it are enough to find it again.
  constexpr std::size_t shown_characters = 40;
  std::vector<std::string> cells = terminal_cells(node.text);
  std::string shown;
  for (std::size_t i = 0; i < std::min(cells.size(), shown_characters); ++i) shown += cells[i];
  if (cells.size() > shown_characters) shown += "…";
  if (!node.plain) return fmt::format("the text \"{}\"", shown);
  const Scalar meaning = meaning_of_plain(node.text);
  if (std::holds_alternative<Null>(meaning)) return "nothing";
  if (std::holds_alternative<bool>(meaning)) return fmt::format("the boolean {}", shown);
  if (std::holds_alternative<std::string>(meaning)) return fmt::format("the text \"{}\"", shown);
  return fmt::format("the number {}", shown);
}

}  // namespace winnow::run
