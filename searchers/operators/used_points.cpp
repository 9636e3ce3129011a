#include "searchers/operators/used_points.hpp"

#include <string>
#include <utility>

#include "searchers/numerics/permutation.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {

UsedPoints::UsedPoints(SearchSpace space) : space_(std::move(space)), enumeration_(space_) {}

void UsedPoints::add(const Point& point) {
  if (space_.contains(point)) texts_.insert(canonical_text(point));
}

FreePoints::FreePoints(const UsedPoints& used, std::span<const Suggestion> pending) : used_(used) {
  for (const Suggestion& suggestion : pending)
    if (used_.space().contains(suggestion.point)) take(suggestion.point);
}

bool FreePoints::take(const Point& point) {
  std::string text = canonical_text(point);
  return !used_.contains(text) && taken_.insert(std::move(text)).second;
}

bool FreePoints::exhausted() const {
  const std::optional<std::uint64_t> all = used_.enumeration().size();
  return all && used_.size() + taken_.size() >= *all;
}

std::optional<Point> FreePoints::take_any(Rng& rng) {
  const std::optional<std::uint64_t> all = used_.enumeration().size();
  if (!all) return std::nullopt;
  const Permutation order(*all, rng.bits64(), 0, "any free point");
  for (std::uint64_t place = 0; place < *all; ++place) {
    Point point = used_.enumeration().at(order.at(place));
    if (take(point)) return point;
  }
  expect(false, "a free point among points that are all taken");
  return std::nullopt;
}

Point FreePoints::take_drawn(const std::function<Point(int attempt)>& draw, Rng& rng) {
  Point point = draw(0);
  for (int attempt = 1; !take(point); ++attempt) {
    if (attempt == most_draws) {
      std::optional<Point> any = take_any(rng);
      note_fallback(std::to_string(most_draws) + " draws in a row were tried before: " +
                    (any ? "any point that was not" : "the last of them"));
      return std::move(any).value_or(point);
    }
    point = draw(attempt);
  }
  return point;
}

}  // namespace winnow::search
