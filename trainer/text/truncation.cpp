#include "trainer/text/truncation.hpp"

#include <algorithm>

#include "trainer/errors.hpp"

namespace winnow::train {

TruncationSide parse_truncation_side(const std::string& name, const std::string& place) {
  if (name == "right") return TruncationSide::right;
  if (name == "left") return TruncationSide::left;
  if (name == "middle") return TruncationSide::middle;
  throw ConfigError(place, "must be right, left or middle, found " + name);
}

KeptEnds kept_ends(std::size_t count, std::size_t room, TruncationSide side) {
  if (count <= room || side == TruncationSide::right) return {std::min(count, room), 0};
  const std::size_t first = side == TruncationSide::middle ? room / 4 : 0;
  return {first, room - first};
}

}  // namespace winnow::train
