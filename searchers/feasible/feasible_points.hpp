// Which points of a space its rules allow: counted where they can be listed, drawn otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "searchers/encoding/unit_cube.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/problem/enumeration.hpp"
#include "searchers/problem/rules.hpp"

namespace winnow::search {

/// What a look at the whole space, or at a sample of it, found.
struct FeasibleShare {
  std::uint64_t looked_at = 0;
  std::uint64_t allowed = 0;
  bool is_exact = false;      // every point was looked at
  std::string broken_mostly;  // why points were not allowed: the commonest reason
};

class FeasiblePoints {
 public:
  FeasiblePoints(const SearchSpace& space, const Rules& rules)
      : cube_(space), rules_(rules), enumeration_(space) {}

  bool allows(const Point& point) const { return !broken_rule(rules_, point); }

  /// All allowed points, where the space has at most `most_listed`; else nothing.
  std::optional<std::vector<Point>> all() const;
  /// A point drawn uniformly until one is allowed; nothing after `most_tries`.
  std::optional<Point> draw(Rng& rng) const;
  /// Looks at every point, or at `most_looks` random ones, fewer where there are many parameters:
  /// under a second.
  FeasibleShare share(std::uint64_t seed) const;

  static constexpr std::uint64_t most_listed = 20'000;

 private:
  Point drawn(Rng& rng) const;

  UnitCube cube_;
  Rules rules_;
  Enumeration enumeration_;
};

}  // namespace winnow::search
