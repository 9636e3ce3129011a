// The axes around a plot: where they are, their ticks and their names.
#pragma once

#include <string>

#include "orchestrator/report/html/svg.hpp"

namespace winnow::run {

/// Of all plots, in pixels: narrow enough to be read on a telephone, two of them beside each other
/// on a desk.
inline constexpr double plot_width = 520;

/// `text` cut to `length` units: a character of the page's style takes about so many.
std::string fitting(std::string_view text, double length);

/// The rectangle that data is drawn in.
struct PlotArea {
  double left = 74, right = plot_width - 14, top = 12, bottom = 250;
  Range across() const { return {left, right}; }
  Range up() const { return {bottom, top}; }  // values grow upwards
};

/// Grid lines and numbers below, and the axis' name.
void draw_x_axis(Svg& svg, const PlotArea& area, const PlotAxis& axis, std::string_view name);
/// The same at the left.
void draw_y_axis(Svg& svg, const PlotArea& area, const PlotAxis& axis, std::string_view name);

/// Logarithmic where all values are above 0 and span more than three powers of ten.
PlotScale scale_for(const std::vector<double>& values);
PlotAxis axis_for(const std::vector<double>& values, Range pixels);

}  // namespace winnow::run
