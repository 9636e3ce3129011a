// A critical-difference diagram: arms along an axis of mean ranks, bars over those that are not
// told apart. Demšar (2006), "Statistical comparisons of classifiers over multiple data
// sets", 3.2.4.
#pragma once

#include <string>
#include <vector>

#include "searchers/stats/groups/critical_difference.hpp"

namespace winnow::run {

struct RankedArm {
  std::string name;
  std::string style = "point";  // a word of the style sheet
  bool is_strong = false;
};

/// SVG. `arms`: the columns of the ranking's blocks. `of_what`: "settings", "methods".
std::string rank_diagram(const stats::Ranking& ranking, const std::vector<RankedArm>& arms,
                         std::string_view of_what);

}  // namespace winnow::run
