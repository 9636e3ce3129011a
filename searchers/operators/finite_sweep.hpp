// Going once through a numbered list of points, and then no further. Points that came from
// elsewhere are passed over where they are on the list: each is tried once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>

#include "searchers/searcher.hpp"

namespace winnow::search {

class FiniteSweep {
 public:
  /// `point_at`: what stands at a position below `size`; no point twice.
  FiniteSweep(std::uint64_t size, std::function<Point(std::uint64_t position)> point_at)
      : size_(size), point_at_(std::move(point_at)) {}

  std::uint64_t size() const { return size_; }
  /// Memos are {position}. Finished when the list is used up.
  Proposal next(const Context& context, int count) const;
  void tell(const Outcome& outcome);

 private:
  // A memo alone is not believed: a position taken from another searcher's note would lose points.
  std::optional<std::uint64_t> own_position(const Suggestion& suggestion) const;

  std::uint64_t size_;
  std::function<Point(std::uint64_t)> point_at_;
  std::unordered_set<std::string> foreign_;
  std::uint64_t next_position_ = 0;  // after all told ones
};

}  // namespace winnow::search
