// Which of two ended trials was better? Methods that rank what they were told do it by this.
#pragma once

#include <cmath>
#include <compare>
#include <limits>

#include "searchers/problem/trial.hpp"

namespace winnow::search {

/// Less is better: every completed trial before every stopped one (its loss is that of a shorter
/// run), every stopped one before every failed or cancelled one, which all stand alike.
struct Standing {
  enum class Tier { completed, stopped, failed };
  Tier tier = Tier::failed;
  double loss = std::numeric_limits<double>::infinity();  // of the first objective; finite above

  auto operator<=>(const Standing&) const = default;
  bool is_measured() const { return tier != Tier::failed; }
};

inline Standing standing_of(const Outcome& outcome) {
  if (outcome.losses.empty() || !std::isfinite(outcome.losses[0])) return {};
  if (outcome.ending == Ending::completed) return {Standing::Tier::completed, outcome.losses[0]};
  if (outcome.ending == Ending::stopped) return {Standing::Tier::stopped, outcome.losses[0]};
  return {};
}

}  // namespace winnow::search
