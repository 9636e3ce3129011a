#include "orchestrator/bench/bench_plots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "orchestrator/report/html/frame.hpp"
#include "orchestrator/report/html/rank_diagram.hpp"
#include "searchers/stats/sample.hpp"

namespace winnow::run {
namespace {

/// Colours that people of all kinds of sight tell apart: Okabe, Ito (2008), "Color universal
/// design". Methods beyond the eighth begin again, dashed.
constexpr std::array<std::string_view, 8> colours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                     "#56b4e9", "#e69f00", "#000000", "#b8a900"};

std::string style_sheet(std::size_t methods) {
  std::string style =
      "svg { font: 12.5px system-ui, sans-serif; background: #ffffff; } .grid { stroke: #dfe4e9; } "
      ".axis, .leader { stroke: #5d6873; } .tick { fill: #5d6873; } .name { fill: #1c2126; } "
      ".tied { stroke: #1c2126; stroke-width: 4; } .point { fill: #0072b2; }\n";
  for (std::size_t m = 0; m < methods; ++m)
    style += fmt::format(
        ".m{} {{ fill: none; stroke: {}; stroke-width: 1.8; {}}} .t{} {{ fill: {}; }}\n", m,
        colours[m % colours.size()], m < colours.size() ? "" : "stroke-dasharray: 5 3; ", m,
        colours[m % colours.size()]);
  return style;
}

/// A drawing as a file of its own.
std::string file_of(const std::string& markup, std::size_t methods) {
  const std::string_view opening = "<svg ";
  const std::size_t content = markup.find('\n') + 1;
  return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" {}<style>{}</style>\n{}",
                     markup.substr(opening.size(), content - opening.size()), style_sheet(methods),
                     markup.substr(content));
}

struct Line {
  std::size_t method = 0;
  std::vector<std::pair<double, double>> points;  // x, median gap
};

double gap_at(const BenchRun& run, double x, bool by_time) {
  double gap = std::numeric_limits<double>::infinity();
  for (const TracePoint& point : run.trace)
    if ((by_time ? point.time : static_cast<double>(point.ended)) <= x) gap = point.gap;
  return gap;
}

std::vector<Line> lines_of(const BenchResult& result, std::size_t problem, bool by_time) {
  std::vector<Line> lines;
  for (std::size_t m = 0; m < result.plan.methods.size(); ++m) {
    const BenchCell& cell = result.cells[problem][m];
    if (cell.runs.empty()) continue;
    Line line{m, {}};
    for (const TracePoint& point : cell.runs.front().trace) {
      const double x = by_time ? point.time : static_cast<double>(point.ended);
      std::vector<double> gaps;
      for (const BenchRun& run : cell.runs) gaps.push_back(gap_at(run, x, by_time));
      const double median = stats::quantile_of_sorted(stats::sorted(gaps), 0.5);
      if (std::isfinite(median))
        line.points.emplace_back(x, std::max(median, std::numeric_limits<double>::epsilon()));
    }
    if (!line.points.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace

std::string anytime_plot(const BenchResult& result, std::size_t problem) {
  const bool by_time = result.plan.settings.workers > 1;
  const std::vector<Line> lines = lines_of(result, problem, by_time);
  if (lines.empty()) return "";
  std::vector<double> xs = {0}, ys;
  for (const Line& line : lines)
    for (const auto& [x, gap] : line.points) {
      xs.push_back(x);
      ys.push_back(gap);
    }
  const PlotArea area;
  constexpr double row_height = 16;
  const double legend = area.bottom + 58;
  Svg svg(plot_width, legend + row_height * static_cast<double>(lines.size()),
          fmt::format("{}: gap of {} methods", result.plan.problems[problem].name, lines.size()));
  const PlotAxis x(covering(xs), area.across()), y = axis_for(ys, area.up());
  draw_x_axis(svg, area, x, by_time ? "virtual time" : "trials");
  draw_y_axis(svg, area, y,
              result.plan.problems[problem].has_front() ? "missing hypervolume" : "regret");
  for (std::size_t k = 0; k < lines.size(); ++k) {
    std::vector<std::pair<double, double>> path;
    for (const auto& [at, gap] : lines[k].points) path.emplace_back(x.at(at), y.at(gap));
    svg.path(path, fmt::format("m{}", lines[k].method));
    svg.text(area.left, legend + row_height * static_cast<double>(k), Anchor::start,
             fmt::format("t{}", lines[k].method), result.plan.methods[lines[k].method].name);
  }
  return file_of(svg.markup(), result.plan.methods.size());
}

std::string ranks_plot(const BenchResult& result) {
  const stats::Answer<BenchRanking> answer = bench_ranking(result);
  if (!answer) return "";
  std::vector<RankedArm> arms;
  for (const BenchMethod& method : result.plan.methods) arms.push_back({method.name});
  return file_of(rank_diagram(answer->ranking, arms, "methods"), 0);
}

}  // namespace winnow::run
