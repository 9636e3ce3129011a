#include "orchestrator/report/numbers.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>

namespace winnow::run {

std::string number_text(double number) {
  if (std::isnan(number)) return "nan";  // never "-nan"
  return fmt::format("{:.6g}", number);
}

std::string value_text(const Value& value) {
  const auto* real = std::get_if<double>(&value);
  return real == nullptr ? to_text(value) : number_text(*real);
}

std::string point_text(const Point& point) {
  std::string text;
  for (const auto& [name, value] : point.entries()) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value_text(value));
  }
  return text;
}

std::string elapsed_text(double elapsed_s) {
  if (elapsed_s < 0.1) return fmt::format("{:.0f} ms", elapsed_s * 1000);
  // Below ten seconds the tenths say something.
  if (elapsed_s < 10) return fmt::format("{:.1f} s", elapsed_s);
  const auto seconds = static_cast<std::int64_t>(std::llround(elapsed_s));
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {:02} min", seconds / 3600, seconds % 3600 / 60);
}

}  // namespace winnow::run
