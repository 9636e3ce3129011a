#include "orchestrator/report/html/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "orchestrator/report/html/markup.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

std::string tip_markup(std::string_view tip) {
  return tip.empty() ? "" : fmt::format("<title>{}</title>", html_text(tip));
}

std::string_view word(Anchor anchor) {
  switch (anchor) {
    case Anchor::start:
      return "start";
    case Anchor::middle:
      return "middle";
    case Anchor::end:
      break;
  }
  return "end";
}

/// Powers of ten, with their doubles and fives where there are few.
std::vector<double> log_ticks(Range values, int count) {
  const double first = std::floor(std::log10(values.low)), last = std::log10(values.high);
  const bool is_dense = last - first < count / 2.0;
  std::vector<double> ticks;
  for (double power = first; power <= last; ++power) {
    for (const double digit : {1.0, 2.0, 5.0}) {
      const double tick = digit * std::pow(10, power);
      const bool is_shown = digit == 1 || is_dense;
      if (is_shown && tick >= values.low && tick <= values.high) ticks.push_back(tick);
    }
  }
  return ticks;
}

double nice_step(double step) {
  const double power = std::pow(10, std::floor(std::log10(step)));
  for (const double digit : {1.0, 2.0, 5.0}) {
    if (step <= digit * power * 1.0001) return digit * power;  // a rounding above is no more
  }
  return 10 * power;
}

}  // namespace

Range covering(const std::vector<double>& values) {
  expect(!values.empty(), "a range covers a value");
  const auto [low, high] = std::ranges::minmax(values);
  if (low == high) {
    const double room = low == 0 ? 1 : std::abs(low) / 2;
    return {low - room, high + room};
  }
  const double room = (high - low) / 20;
  return {low - room, high + room};
}

double PlotAxis::at(double value) const {
  const auto place = [this](double x) { return scale_ == PlotScale::log ? std::log(x) : x; };
  const double share =
      (place(value) - place(values_.low)) / (place(values_.high) - place(values_.low));
  return pixels_.low + share * (pixels_.high - pixels_.low);
}

std::vector<double> PlotAxis::ticks(int count) const {
  if (scale_ == PlotScale::log) return log_ticks(values_, count);
  const double step = nice_step((values_.high - values_.low) / count);
  std::vector<double> ticks;
  const double first = std::ceil(values_.low / step), last = std::floor(values_.high / step);
  for (double k = first; k <= last; ++k) ticks.push_back(k == 0 ? 0 : k * step);  // never −0
  return ticks;
}

Svg::Svg(double width, double height, std::string_view name)
    : content_(fmt::format("<svg viewBox=\"0 0 {:g} {:g}\" role=\"img\" aria-label=\"{}\">\n",
                           width, height, html_text(name))) {}

void Svg::line(double x1, double y1, double x2, double y2, std::string_view style) {
  content_ += fmt::format(
      "<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" "
      "y2=\"{:.1f}\"/>\n",
      style, x1, y1, x2, y2);
}

void Svg::circle(double x, double y, double radius, std::string_view style, std::string_view tip) {
  content_ +=
      fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:g}\">{}</circle>\n",
                  style, x, y, radius, tip_markup(tip));
}

void Svg::diamond(double x, double y, double radius, std::string_view style, std::string_view tip) {
  content_ += fmt::format(
      "<path class=\"{}\" d=\"M{:.1f} {:.1f}l{:g} {:g}l{:g} {:g}l{:g} {:g}z\">"
      "{}</path>\n",
      style, x, y - radius, radius, radius, -radius, radius, -radius, -radius, tip_markup(tip));
}

void Svg::rectangle(double x, double y, double width, double height, std::string_view style,
                    std::string_view tip) {
  content_ += fmt::format(
      "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
      "height=\"{:.1f}\">{}</rect>\n",
      style, x, y, width, height, tip_markup(tip));
}

void Svg::path(const std::vector<std::pair<double, double>>& points, std::string_view style) {
  if (points.empty()) return;
  content_ += fmt::format("<path class=\"{}\" d=\"", style);
  for (const auto& [x, y] : points) {
    content_ += fmt::format("{}{:.1f} {:.1f}", &x == &points.front().first ? "M" : "L", x, y);
  }
  content_ += "\"/>\n";
}

void Svg::text(double x, double y, Anchor anchor, std::string_view style, std::string_view text) {
  content_ += fmt::format(
      "<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}"
      "</text>\n",
      style, x, y, word(anchor), html_text(text));
}

void Svg::vertical_text(double x, double y, std::string_view style, std::string_view text) {
  content_ += fmt::format(
      "<text class=\"{}\" text-anchor=\"middle\" transform=\"translate({:.1f} "
      "{:.1f}) rotate(-90)\">{}</text>\n",
      style, x, y, html_text(text));
}

std::string Svg::markup() const { return content_ + "</svg>\n"; }

}  // namespace winnow::run
