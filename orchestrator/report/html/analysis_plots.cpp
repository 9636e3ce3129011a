// Plots of the model behind an analysis: is it calibrated, and how does the score move along one
// parameter?
#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/report/html/frame.hpp"
#include "orchestrator/report/html/plots.hpp"
#include "orchestrator/report/numbers.hpp"

namespace winnow::run {
namespace {

constexpr std::size_t most_points = 1000;  // more are one smear

/// The values of the levels below the axis, as many as fit.
void draw_levels(Svg& svg, const PlotArea& area, const PlotAxis& x,
                 const std::vector<std::pair<double, std::string>>& levels,
                 const std::string& name) {
  const std::size_t every = levels.size() / 6 + 1;
  for (std::size_t i = 0; i < levels.size(); i += every) {
    const double at = x.at(levels[i].first);
    svg.line(at, area.top, at, area.bottom, "grid");
    svg.text(at, area.bottom + 16, Anchor::middle, "tick", levels[i].second);
  }
  svg.text((area.left + area.right) / 2, area.bottom + 34, Anchor::middle, "name",
           fitting(name, area.right - area.left));
}

}  // namespace

std::string calibration_plot(const ModelQuality& quality, const std::string& metric) {
  if (quality.held_out.empty()) return "";
  std::vector<double> all;
  for (const HeldOut& one : quality.held_out) {
    all.insert(all.end(), {one.observed, one.predicted});
  }
  const PlotArea area;
  const PlotAxis x = axis_for(all, area.across()), y = axis_for(all, area.up());
  Svg svg(plot_width, area.bottom + 42,
          fmt::format("predicted and observed {} of {} trials", metric, quality.held_out.size()));
  draw_x_axis(svg, area, x, "predicted from other trials");
  draw_y_axis(svg, area, y, metric);
  const auto [low, high] = std::ranges::minmax(all);
  svg.line(x.at(low), y.at(low), x.at(high), y.at(high), "zero");
  const std::size_t every = quality.held_out.size() / most_points + 1;
  for (std::size_t i = 0; i < quality.held_out.size(); i += every) {
    const HeldOut& one = quality.held_out[i];
    svg.circle(
        x.at(one.predicted), y.at(one.observed), 3, "point",
        fmt::format("trial {}: {}, predicted {} ± {}", one.trial.value, number_text(one.observed),
                    number_text(one.predicted), number_text(one.deviation)));
  }
  return svg.markup();
}

std::string slice_plot(const ParameterEffect& effect, const std::string& metric) {
  if (effect.dependence.empty()) return "";
  std::vector<double> scores;
  for (const SeenScore& seen : effect.seen) scores.push_back(seen.score);
  std::vector<std::pair<double, std::string>> levels;
  std::vector<std::pair<double, double>> line, band;
  for (const Level& level : effect.dependence) {
    levels.emplace_back(level.unit, value_text(level.value));
    scores.insert(scores.end(), {level.score.mean - level.score.deviation,
                                 level.score.mean + level.score.deviation});
  }
  const PlotArea area;
  const PlotAxis x({-0.03, 1.03}, area.across());
  const PlotAxis y = axis_for(scores, area.up());
  Svg svg(plot_width, area.bottom + 42, fmt::format("{} along {}", metric, effect.name));
  draw_levels(svg, area, x, levels, effect.name);
  draw_y_axis(svg, area, y, metric);
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const search::OverTrees& score = effect.dependence[i].score;
    line.emplace_back(x.at(levels[i].first), y.at(score.mean));
    band.emplace_back(x.at(levels[i].first), y.at(score.mean + score.deviation));
  }
  for (std::size_t i = levels.size(); i > 0; --i) {
    const search::OverTrees& score = effect.dependence[i - 1].score;
    band.emplace_back(x.at(levels[i - 1].first), y.at(score.mean - score.deviation));
  }
  svg.path(band, "spread");
  const std::size_t every = effect.seen.size() / most_points + 1;
  for (std::size_t i = 0; i < effect.seen.size(); i += every) {
    const SeenScore& seen = effect.seen[i];
    svg.circle(x.at(seen.unit), y.at(seen.score), 2.5, "point",
               fmt::format("trial {}: {}", seen.trial.value, number_text(seen.score)));
  }
  svg.path(line, "best");
  return svg.markup();
}

}  // namespace winnow::run
