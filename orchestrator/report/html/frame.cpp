#include "orchestrator/report/html/frame.hpp"

#include <algorithm>

#include "orchestrator/report/numbers.hpp"

namespace winnow::run {
namespace {

constexpr int tick_count = 5;
constexpr double text_height = 14;

}  // namespace

void draw_x_axis(Svg& svg, const PlotArea& area, const PlotAxis& axis, std::string_view name) {
  for (const double tick : axis.ticks(tick_count)) {
    const double x = axis.at(tick);
    svg.line(x, area.top, x, area.bottom, "grid");
    svg.text(x, area.bottom + text_height + 2, Anchor::middle, "tick", number_text(tick));
  }
  svg.line(area.left, area.bottom, area.right, area.bottom, "axis");
  svg.text((area.left + area.right) / 2, area.bottom + 2.6 * text_height, Anchor::middle, "name",
           name);
}

void draw_y_axis(Svg& svg, const PlotArea& area, const PlotAxis& axis, std::string_view name) {
  for (const double tick : axis.ticks(tick_count)) {
    const double y = axis.at(tick);
    svg.line(area.left, y, area.right, y, "grid");
    svg.text(area.left - 6, y + 4, Anchor::end, "tick", number_text(tick));
  }
  svg.line(area.left, area.top, area.left, area.bottom, "axis");
  svg.vertical_text(text_height, (area.top + area.bottom) / 2, "name", name);
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
