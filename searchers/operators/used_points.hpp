// Which points were tried already, so that a method that draws points does not pay for one twice.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>

#include "searchers/numerics/rng.hpp"
#include "searchers/problem/enumeration.hpp"
#include "searchers/problem/trial.hpp"

namespace winnow::search {

/// Points told so far. Points outside of the space (from another study) are passed over.
class UsedPoints {
 public:
  explicit UsedPoints(SearchSpace space);

  void add(const Point& point);
  bool contains(const std::string& canonical) const { return texts_.contains(canonical); }
  std::size_t size() const { return texts_.size(); }

  const SearchSpace& space() const { return space_; }
  const Enumeration& enumeration() const { return enumeration_; }

 private:
  SearchSpace space_;
  Enumeration enumeration_;
  std::unordered_set<std::string> texts_;
};

/// Draws that a method makes before it takes any free point instead: where fewer than one in a
/// thousand points is free, drawing on costs more than it means.
inline constexpr int most_draws = 1000;

/// The note of a method with a model when all that it finds promising was tried before.
inline constexpr const char* promises_tried =
    "all points that the model finds promising were tried before: one that it did not choose";

/// What is still free during one ask: told, pending and just taken points are not. Refers to
/// `used`.
class FreePoints {
 public:
  FreePoints(const UsedPoints& used, std::span<const Suggestion> pending);

  /// Takes `point`; false when it was not free.
  bool take(const Point& point);
  /// Is every point of the space taken? Never, when it has infinitely or uncountably many.
  bool exhausted() const;
  /// Takes a free point chosen by `rng`, all alike; nothing if the points cannot be counted. Looks
  /// through points in random order: O(points / free points). Needs !exhausted().
  std::optional<Point> take_any(Rng& rng);
  /// Takes the first free one of draw(0), draw(1), …; after most_draws of them any free point, or,
  /// where points cannot be counted, the last one drawn. Needs !exhausted().
  Point take_drawn(const std::function<Point(int attempt)>& draw, Rng& rng);

  /// Notes that the point being made is not the one that the method is for, and why: what
  /// Proposal::reason says of it.
  void note_fallback(std::string why) { fallback_ = std::move(why); }
  /// The newest note; empty where there was none.
  const std::string& fallback() const { return fallback_; }

 private:
  const UsedPoints& used_;
  std::string fallback_;
  std::unordered_set<std::string> taken_;  // not in used_
};

}  // namespace winnow::search
