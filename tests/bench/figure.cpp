#include "tests/bench/figure.hpp"

#include <fmt/format.h>

namespace winnow::bench {
namespace {

/// Three digits that count, no exponent: "0.412", "8.13", "97.1", "1240".
std::string number_text(double number) {
  if (number >= 100) return fmt::format("{:.0f}", number);
  return number >= 10 ? fmt::format("{:.1f}", number) : fmt::format("{:.2f}", number);
}

std::string bound_text(Better better, double bound, const std::string& unit) {
  return fmt::format("{} {:g} {}", better == Better::less ? "≤" : "≥", bound, unit);
}

std::string reach_text(const Figure& figure) {
  std::string text;
  if (figure.reach) text = bound_text(figure.better, *figure.reach, figure.unit);
  if (!figure.reach_ratio) return text;
  return text + (text.empty() ? "" : ", ") + fmt::format("≥ {:g} × the peer", *figure.reach_ratio);
}

std::string met_text(const std::optional<bool>& met) {
  if (!met) return "";
  return *met ? "yes" : "**no**";
}

}  // namespace

std::optional<double> Figure::ratio() const {
  if (!peer) return std::nullopt;
  return better == Better::less ? *peer / ours : ours / *peer;
}

std::optional<bool> Figure::met() const {
  std::optional<bool> met;
  if (reach) met = better == Better::less ? ours <= *reach : ours >= *reach;
  if (const std::optional<double> times = ratio(); times && reach_ratio) {
    met = met.value_or(true) && *times >= *reach_ratio;
  }
  return met;
}

std::string table_of(const std::vector<Figure>& figures) {
  std::string text =
      "| figure | winnow | to reach | met | optuna | times better |\n|---|---|---|---|---|---|\n";
  for (const Figure& figure : figures) {
    const std::optional<double> times = figure.ratio();
    text +=
        fmt::format("| {} | {} {} | {} | {} | {} | {} |\n", figure.what, number_text(figure.ours),
                    figure.unit, reach_text(figure), met_text(figure.met()),
                    figure.peer ? number_text(*figure.peer) + " " + figure.unit : "",
                    times ? number_text(*times) : "");
  }
  return text;
}

}  // namespace winnow::bench
