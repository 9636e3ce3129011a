// What a study optimises, and the only place that knows its sign: a *value* is as measured, a
// *loss* is to be minimised.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace winnow {

enum class Direction { minimize, maximize };

/// Which of a trial's reports of a metric counts as its value.
enum class Aggregate { last, best, mean };

/// As in study files: "last", "best", "mean".
constexpr std::string_view to_text(Aggregate aggregate) {
  constexpr std::array<std::string_view, 3> words = {"last", "best", "mean"};
  return words[static_cast<std::size_t>(aggregate)];
}

struct Objective {
  std::string metric;
  Direction direction = Direction::minimize;
  Aggregate aggregate = Aggregate::last;
  /// No new trial starts once a trial has reached this value, and those of all other objectives
  /// that have a target.
  std::optional<double> target = {};
  bool operator==(const Objective&) const = default;
};

inline double to_loss(const Objective& objective, double value) {
  return objective.direction == Direction::minimize ? value : -value;
}
inline double to_value(const Objective& objective, double loss) { return to_loss(objective, loss); }

}  // namespace winnow
