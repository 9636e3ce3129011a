#include "orchestrator/report/html/rank_diagram.hpp"

#include <fmt/format.h>

#include "orchestrator/report/html/frame.hpp"

namespace winnow::run {

std::string rank_diagram(const stats::Ranking& ranking, const std::vector<RankedArm>& arms,
                         std::string_view of_what) {
  PlotArea area;
  area.left = 30;
  area.top = 44;
  const double below =
      18 * static_cast<double>(arms.size()) + 14 * static_cast<double>(ranking.bars.size());
  area.bottom = area.top + below + 12;
  Svg svg(plot_width, area.bottom + 12, fmt::format("mean ranks of {} {}", arms.size(), of_what));
  const PlotAxis x({1, static_cast<double>(arms.size())}, {area.left, area.right - 110});
  svg.line(x.at(1), area.top, x.at(static_cast<double>(arms.size())), area.top, "axis");
  for (std::size_t rank = 1; rank <= arms.size(); ++rank) {
    const double at = x.at(static_cast<double>(rank));
    svg.line(at, area.top - 5, at, area.top, "axis");
    svg.text(at, area.top - 10, Anchor::middle, "tick", std::to_string(rank));
  }
  const std::vector<double>& ranks = ranking.friedman.mean_ranks;
  double y = area.top + 10;
  for (const stats::Bar& bar : ranking.bars) {
    svg.line(x.at(ranks[ranking.order[bar.first]]) - 4, y, x.at(ranks[ranking.order[bar.last]]) + 4,
             y, "tied");
    y += 14;
  }
  for (const std::size_t arm : ranking.order) {
    y += 18;
    const double at = x.at(ranks[arm]);
    svg.line(at, area.top, at, y - 4, "leader");
    svg.line(at, y - 4, area.right - 104, y - 4, "leader");
    svg.circle(at, area.top, 4, arms[arm].style,
               fmt::format("{}: mean rank {:.2f}", arms[arm].name, ranks[arm]));
    svg.text(area.right - 100, y, Anchor::start, arms[arm].is_strong ? "tick strong" : "tick",
             fmt::format("{} ({:.2f})", arms[arm].name, ranks[arm]));
  }
  return svg.markup();
}

}  // namespace winnow::run
