#include "orchestrator/report/html/frame.hpp"

#include <algorithm>

#include "orchestrator/report/numbers.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

constexpr int tick_count = 5;
constexpr double text_height = 14;
constexpr double character_width = 6.8;  // of 12.5 units of sans-serif, on average

}  // namespace

std::string fitting(std::string_view text, double length) {
  return terminal_line(text, static_cast<std::size_t>(std::max(1.0, length / character_width)));
}

void draw_x_axis(Svg& svg, const PlotArea& area, const PlotAxis& axis, std::string_view name) {
  for (const double tick : axis.ticks(tick_count)) {
    const double x = axis.at(tick);
    svg.line(x, area.top, x, area.bottom, "grid");
    svg.text(x, area.bottom + text_height + 2, Anchor::middle, "tick", number_text(tick));
  }
  svg.line(area.left, area.bottom, area.right, area.bottom, "axis");
  const double middle = (area.left + area.right) / 2;
  const double room = 2 * std::min(middle, plot_width - middle);
  svg.text(middle, area.bottom + 2.6 * text_height, Anchor::middle, "name", fitting(name, room));
}

void draw_y_axis(Svg& svg, const PlotArea& area, const PlotAxis& axis, std::string_view name) {
  for (const double tick : axis.ticks(tick_count)) {
    const double y = axis.at(tick);
    svg.line(area.left, y, area.right, y, "grid");
    svg.text(area.left - 6, y + 4, Anchor::end, "tick", number_text(tick));
  }
  svg.line(area.left, area.top, area.left, area.bottom, "axis");
  const double middle = (area.top + area.bottom) / 2;
  svg.vertical_text(text_height, middle, "name", fitting(name, 2 * middle));
}

PlotScale scale_for(const std::vector<double>& values) {
  constexpr double wide = 1000;
  const auto [low, high] = std::ranges::minmax(values);
  return low > 0 && high / low > wide ? PlotScale::log : PlotScale::linear;
}

PlotAxis axis_for(const std::vector<double>& values, Range pixels) {
  if (scale_for(values) == PlotScale::linear) return {covering(values), pixels};
  constexpr double room = 1.2;  // a factor
  const auto [low, high] = std::ranges::minmax(values);
  return {{low / room, high * room}, pixels, PlotScale::log};
}

}  // namespace winnow::run
