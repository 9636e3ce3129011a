// Plots of the search: its history, what matters, the front between two objectives.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "orchestrator/report/html/frame.hpp"
#include "orchestrator/report/html/plots.hpp"
#include "orchestrator/report/numbers.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::run {
namespace {

/// More points than this are one smear and megabytes of markup.
constexpr std::size_t most_points = 2000;

struct Scored {
  TrialNumber number;
  double value = 0;
};

bool is_searched(const store::TrialRow& row) {
  return row.trial.role == store::Role::search && row.state == TrialState::completed;
}

std::optional<double> finite(const store::TrialRow& row, const std::string& metric) {
  const auto value = row.values.find(metric);
  if (value == row.values.end() || !std::isfinite(value->second)) return std::nullopt;
  return value->second;
}

std::vector<Scored> scores(const std::vector<store::TrialRow>& trials, const std::string& metric) {
  std::vector<Scored> scored;
  for (const store::TrialRow& row : trials) {
    if (!is_searched(row)) continue;
    if (const auto value = finite(row, metric)) {
      scored.push_back({row.trial.suggestion.number, *value});
    }
  }
  return scored;
}

/// A step wherever a trial was better than all before it.
std::vector<std::pair<double, double>> best_so_far(const std::vector<Scored>& scored,
                                                   const Objective& objective, const PlotAxis& x,
                                                   const PlotAxis& y) {
  std::vector<std::pair<double, double>> steps;
  double best = 0;
  for (const Scored& trial : scored) {
    if (!steps.empty() && to_loss(objective, trial.value) >= to_loss(objective, best)) continue;
    const double at = x.at(static_cast<double>(trial.number.value));
    if (!steps.empty()) steps.emplace_back(at, y.at(best));
    best = trial.value;
    steps.emplace_back(at, y.at(best));
  }
  steps.emplace_back(x.at(static_cast<double>(scored.back().number.value)), y.at(best));
  return steps;
}

std::vector<double> values_of(const std::vector<Scored>& scored) {
  std::vector<double> values;
  for (const Scored& trial : scored) values.push_back(trial.value);
  return values;
}

}  // namespace

std::string history_plot(const std::vector<store::TrialRow>& trials, const Objective& objective,
                         std::optional<TrialNumber> chosen) {
  const std::vector<Scored> scored = scores(trials, objective.metric);
  if (scored.empty()) return "";
  const PlotArea area;
  const PlotAxis y = axis_for(values_of(scored), area.up());
  const PlotAxis x(covering({0.0, static_cast<double>(scored.back().number.value)}), area.across());
  Svg svg(plot_width, area.bottom + 42,
          fmt::format("{} of {} trials of the search", objective.metric, scored.size()));
  draw_x_axis(svg, area, x, "trial");
  draw_y_axis(svg, area, y, objective.metric);
  const std::size_t every = scored.size() / most_points + 1;
  for (std::size_t i = 0; i < scored.size(); ++i) {
    const Scored& trial = scored[i];
    const bool is_chosen = trial.number == chosen;
    if (i % every != 0 && !is_chosen) continue;
    svg.circle(x.at(static_cast<double>(trial.number.value)), y.at(trial.value),
               is_chosen ? 5.5 : 3, is_chosen ? "chosen" : "point",
               fmt::format("trial {}: {}", trial.number.value, number_text(trial.value)));
  }
  svg.path(best_so_far(scored, objective, x, y), "best");
  return svg.markup();
}

std::string importance_plot(const ImportanceSummary& summary) {
  constexpr double row_height = 24;
  constexpr std::size_t most_rows = 20;
  constexpr std::size_t fitting = 20;  // characters beside the bars
  const std::size_t rows = std::min(most_rows, summary.parameters.size());
  PlotArea area;
  area.left = 150;
  area.right = plot_width - 104;  // room for "1.00, p 0.002"
  area.bottom = area.top + row_height * static_cast<double>(rows);
  Svg svg(plot_width, area.bottom + 42,
          fmt::format("shares of the parameters in the best trials' {}", summary.metric));
  const PlotAxis x({0, 1}, area.across());
  draw_x_axis(svg, area, x, "share of what the best trials differ by");
  for (std::size_t row = 0; row < rows; ++row) {
    const auto& [name, found, of_variance] = summary.parameters[row];
    const double y = area.top + row_height * static_cast<double>(row);
    const bool is_shown = found.p < 0.05 && summary.predicts();
    svg.rectangle(area.left, y + 5, x.at(found.share) - area.left, row_height - 10,
                  is_shown ? "bar" : "bar faint", fmt::format("{}: {:.3f}", name, found.share));
    svg.text(area.left - 6, y + 16, Anchor::end, "tick", terminal_line(name, fitting));
    svg.text(x.at(found.share) + 5, y + 16, Anchor::start, "tick",
             fmt::format("{:.2f}, p {}", found.share, stats::p_text(found.p)));
    const double low = std::max(0.0, of_variance.mean - of_variance.deviation);
    svg.line(x.at(low), y + 12, x.at(std::min(1.0, of_variance.mean + of_variance.deviation)),
             y + 12, "interval");
    svg.diamond(
        x.at(of_variance.mean), y + 12, 4, "member",
        fmt::format("{}: fANOVA {:.3f} ± {:.3f}", name, of_variance.mean, of_variance.deviation));
  }
  return svg.markup();
}

std::string front_plot(const ParetoSummary& summary, const std::vector<store::TrialRow>& trials) {
  if (summary.front.empty() || summary.objectives.size() < 2) return "";
  const std::string& first = summary.objectives[0].metric;
  const std::string& second = summary.objectives[1].metric;
  std::vector<double> xs, ys;
  for (const store::TrialRow& row : trials) {
    const auto x = finite(row, first), y = finite(row, second);
    if (!is_searched(row) || !x || !y) continue;
    xs.push_back(*x);
    ys.push_back(*y);
  }
  const PlotArea area;
  const PlotAxis x = axis_for(xs, area.across()), y = axis_for(ys, area.up());
  Svg svg(plot_width, area.bottom + 42, fmt::format("{} against {}", second, first));
  draw_x_axis(svg, area, x, first);
  draw_y_axis(svg, area, y, second);
  const std::size_t every = xs.size() / most_points + 1;
  for (std::size_t i = 0; i < xs.size(); i += every)
    svg.circle(x.at(xs[i]), y.at(ys[i]), 3, "point");
  std::vector<std::pair<double, double>> line;
  for (const FrontMember& member : summary.front) {
    line.emplace_back(x.at(member.row.values.at(first)), y.at(member.row.values.at(second)));
  }
  // Of more than two objectives the front is a surface, which no line follows.
  if (summary.objectives.size() == 2) svg.path(line, "best");
  for (std::size_t i = 0; i < line.size(); ++i) {
    const FrontMember& member = summary.front[i];
    svg.circle(line[i].first, line[i].second, member.is_knee ? 5.5 : 4,
               member.is_knee ? "chosen" : "member",
               fmt::format("trial {}{}", member.row.trial.suggestion.number.value,
                           member.is_knee ? ", the knee" : ""));
  }
  return svg.markup();
}

}  // namespace winnow::run
