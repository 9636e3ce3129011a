// A drawing as inline SVG: shapes with classes that the page's style sheet colours, so that a plot
// follows a light or a dark page. Knows nothing of studies.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace winnow::run {

struct Range {
  double low = 0, high = 1;
};

/// The smallest range that holds all values, a twentieth wider on both sides; one value has the
/// room of its own size around it. Needs a value; all finite.
Range covering(const std::vector<double>& values);

enum class PlotScale { linear, log };

/// Values along a line of pixels.
class PlotAxis {
 public:
  /// Needs low < high, and above 0 for a logarithm.
  PlotAxis(Range values, Range pixels, PlotScale scale = PlotScale::linear)
      : values_(values), pixels_(pixels), scale_(scale) {}

  double at(double value) const;
  /// About `count` round values, ascending: 1, 2 or 5 times a power of ten. Heckbert (1990), "Nice
  /// numbers for graph labels".
  std::vector<double> ticks(int count) const;

 private:
  Range values_, pixels_;
  PlotScale scale_;
};

enum class Anchor { start, middle, end };

/// Pixels go right and down. Texts may be of others: they are made safe.
class Svg {
 public:
  /// `name`: what a screen reader says of it.
  Svg(double width, double height, std::string_view name);

  /// `style`: words of the style sheet, such as "grid". `tip`: shown where the pointer rests.
  void line(double x1, double y1, double x2, double y2, std::string_view style);
  void circle(double x, double y, double radius, std::string_view style, std::string_view tip = "");
  /// A square on its corner.
  void diamond(double x, double y, double radius, std::string_view style,
               std::string_view tip = "");
  void rectangle(double x, double y, double width, double height, std::string_view style,
                 std::string_view tip = "");
  void path(const std::vector<std::pair<double, double>>& points, std::string_view style);
  void text(double x, double y, Anchor anchor, std::string_view style, std::string_view text);
  /// Upwards, centred on (x, y).
  void vertical_text(double x, double y, std::string_view style, std::string_view text);

  std::string markup() const;

 private:
  std::string content_;
};

}  // namespace winnow::run
