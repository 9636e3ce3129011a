// Going through a numbered sequence of points, one suggestion after another. The position travels
// in the suggestions' memos, not in suggestion numbers: a study also numbers points that users gave
// and that no sweep ever asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "searchers/operators/used_points.hpp"
#include "searchers/problem/trial.hpp"

namespace winnow::search {

/// The position in the memo of a sweep's own suggestion: its first number. Nothing where there is
/// no memo, hence for every point that came from elsewhere, or where it is no position.
std::optional<std::uint64_t> position_in(const std::vector<double>& memo);

/// A sweep over an endless sequence that passes over points which were used already.
class SampleSweep {
 public:
  enum class Repeats { avoided, allowed };
  /// What stands at a position; may be any function of it.
  using Sequence = std::function<Point(std::uint64_t position)>;

  SampleSweep(const SearchSpace& space, std::uint64_t seed, Repeats repeats)
      : used_(space), seed_(seed), repeats_(repeats) {}

  /// The next `count` suggestions, numbered from `first`; their memos are {position} followed by
  /// `memo_tail`. Fewer only when repeats are avoided and every point of the space is used.
  std::vector<Suggestion> next(TrialNumber first, std::span<const Suggestion> pending, int count,
                               const Sequence& sequence,
                               const std::vector<double>& memo_tail = {}) const;
  void tell(const Outcome& outcome);

 private:
  UsedPoints used_;
  std::uint64_t seed_;
  Repeats repeats_;
  std::uint64_t next_position_ = 0;  // after all told ones
};

}  // namespace winnow::search
