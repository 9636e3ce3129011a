// Plots of the proof: the arms of the race, the differences that decide, the order of ranks.
#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/report/html/arm_values.hpp"
#include "orchestrator/report/html/frame.hpp"
#include "orchestrator/report/html/plots.hpp"
#include "orchestrator/report/html/rank_diagram.hpp"
#include "orchestrator/report/numbers.hpp"
#include "searchers/stats/groups/critical_difference.hpp"
#include "searchers/stats/student_t.hpp"

namespace winnow::run {
namespace {

constexpr double row_height = 40;

std::string_view style_of(const ArmValues& arm) {
  return arm.is_chosen ? "chosen" : arm.is_baseline ? "baseline" : "member";
}

/// A line with a stroke at both ends.
void draw_interval(Svg& svg, double low, double high, double y, std::string_view style) {
  constexpr double stroke = 5;
  svg.line(low, y, high, y, style);
  svg.line(low, y - stroke, low, y + stroke, style);
  svg.line(high, y - stroke, high, y + stroke, style);
}

void draw_arm(Svg& svg, const PlotAxis& x, const ArmValues& arm, double y) {
  for (std::size_t seed = 0; seed < arm.by_seed.size(); ++seed) {
    if (!arm.by_seed[seed]) continue;
    svg.circle(x.at(*arm.by_seed[seed]), y + 8, 2.5, "point",
               fmt::format("seed {}: {}", seed + 1, number_text(*arm.by_seed[seed])));
  }
  const std::vector<double> values = arm.measured();
  if (values.empty()) return;
  const double mean = stats::mean(values);
  if (const auto test = stats::one_sample_t(values)) {
    draw_interval(svg, x.at(test->interval.low), x.at(test->interval.high), y - 6, "interval");
  }
  svg.circle(x.at(mean), y - 6, 5, style_of(arm), fmt::format("mean {}", number_text(mean)));
  if (arm.search_value) {
    svg.diamond(x.at(*arm.search_value), y - 6, 5, "searched",
                fmt::format("score in the search {}", number_text(*arm.search_value)));
  }
}

/// Nothing: fewer than three arms, of which a rank says no more than who was better, or no test.
std::optional<stats::Ranking> ranked(const std::vector<ArmValues>& arms,
                                     const Objective& objective) {
  if (arms.size() < 3) return std::nullopt;
  std::vector<std::vector<double>> losses = common_seeds(arms);
  for (std::vector<double>& row : losses) {
    for (double& value : row) value = to_loss(objective, value);
  }
  const auto ranking = stats::rank_by_nemenyi(losses);
  if (!ranking) return std::nullopt;
  return *ranking;
}

/// Baseline − chosen in loss, by seed.
std::vector<std::pair<std::size_t, double>> improvements(const std::vector<ArmValues>& arms,
                                                         const Objective& objective) {
  std::vector<std::pair<std::size_t, double>> gains;
  const auto baseline = std::ranges::find(arms, true, &ArmValues::is_baseline);
  const auto chosen = std::ranges::find(arms, true, &ArmValues::is_chosen);
  if (baseline == arms.end() || chosen == arms.end() || baseline == chosen) return gains;
  const std::size_t seeds = std::min(baseline->by_seed.size(), chosen->by_seed.size());
  for (std::size_t seed = 0; seed < seeds; ++seed) {
    if (!baseline->by_seed[seed] || !chosen->by_seed[seed]) continue;
    gains.emplace_back(seed + 1, to_loss(objective, *baseline->by_seed[seed]) -
                                     to_loss(objective, *chosen->by_seed[seed]));
  }
  return gains;
}

}  // namespace

std::string finalists_plot(const nlohmann::ordered_json& record, const Objective& objective) {
  const std::vector<ArmValues> arms = arm_values(record);
  std::vector<double> all;
  for (const ArmValues& arm : arms) {
    const std::vector<double> values = arm.measured();
    all.insert(all.end(), values.begin(), values.end());
    if (values.empty()) continue;
    if (arm.search_value) all.push_back(*arm.search_value);
    if (const auto test = stats::one_sample_t(values)) {
      all.insert(all.end(), {test->interval.low, test->interval.high});
    }
  }
  if (all.empty()) return "";
  PlotArea area;
  area.left = 86;
  area.bottom = area.top + row_height * static_cast<double>(arms.size());
  Svg svg(plot_width, area.bottom + 42,
          fmt::format("{} of the finalists on fresh seeds", objective.metric));
  const PlotAxis x(covering(all), area.across());
  draw_x_axis(svg, area, x, objective.metric);
  for (std::size_t arm = 0; arm < arms.size(); ++arm) {
    const double y = area.top + row_height * (static_cast<double>(arm) + 0.5);
    svg.text(area.left - 8, y + 4, Anchor::end, arms[arm].is_chosen ? "tick strong" : "tick",
             arms[arm].name);
    draw_arm(svg, x, arms[arm], y);
  }
  return svg.markup();
}

std::string differences_plot(const nlohmann::ordered_json& record, const Objective& objective) {
  const auto gains = improvements(arm_values(record), objective);
  if (gains.empty()) return "";
  std::vector<double> all = {0};
  for (const auto& [seed, gain] : gains) all.push_back(gain);
  std::optional<stats::Interval> tested;
  const auto interval = record.find("interval");
  const bool is_finite = interval != record.end() && interval->is_array() &&
                         (*interval)[0].is_number() && (*interval)[1].is_number();
  if (is_finite) {
    tested = {(*interval)[0].get<double>(), (*interval)[1].get<double>()};
    all.insert(all.end(), {tested->low, tested->high});
  }
  PlotArea area;
  area.left = 24;
  area.bottom = 150;
  Svg svg(plot_width, area.bottom + 42,
          fmt::format("improvement of the chosen setting under {} seeds", gains.size()));
  const PlotAxis x(covering(all), area.across());
  draw_x_axis(svg, area, x, fmt::format("improvement in {} over the baseline", objective.metric));
  svg.line(x.at(0), area.top, x.at(0), area.bottom, "zero");
  const double middle = area.top + 36;
  double sum = 0;
  for (std::size_t i = 0; i < gains.size(); ++i) {
    const auto& [seed, gain] = gains[i];
    sum += gain;
    // One above the other, so that equal ones are seen.
    const double y = middle + 24 + static_cast<double>(i % 6) * 11;
    svg.circle(x.at(gain), y, 3.5, "point", fmt::format("seed {}: {}", seed, number_text(gain)));
  }
  if (tested) draw_interval(svg, x.at(tested->low), x.at(tested->high), middle, "interval");
  const double mean = sum / static_cast<double>(gains.size());
  svg.circle(x.at(mean), middle, 5.5, "chosen", fmt::format("mean {}", number_text(mean)));
  return svg.markup();
}

std::string ranks_sentence(const nlohmann::ordered_json& record, const Objective& objective) {
  const auto ranking = ranked(arm_values(record), objective);
  if (!ranking) return "";
  return fmt::format("Friedman's test on the {} seeds that all {} settings had: p = {}.",
                     ranking->friedman.chi_squared.n, ranking->order.size(),
                     stats::p_text(ranking->friedman.chi_squared.p));
}

std::string ranks_plot(const nlohmann::ordered_json& record, const Objective& objective) {
  const std::vector<ArmValues> arms = arm_values(record);
  const auto ranking = ranked(arms, objective);
  if (!ranking) return "";
  std::vector<RankedArm> ranked_arms;
  for (const ArmValues& arm : arms)
    ranked_arms.push_back({arm.name, std::string(style_of(arm)), arm.is_chosen});
  return rank_diagram(*ranking, ranked_arms, "settings");
}

}  // namespace winnow::run
