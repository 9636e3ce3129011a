// Which tokens of a text stay when it is too long.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace winnow::train {

/// Where tokens are dropped. `middle` keeps a quarter of the room for the beginning and the rest
/// for the end: 128 and 382 of 510 tokens served best where both carry what matters (Sun, Qiu, Xu,
/// Huang 2019, "How to Fine-Tune BERT for Text Classification?", section 5.3.1).
enum class TruncationSide { right, left, middle };

/// Throws ConfigError naming `place`.
TruncationSide parse_truncation_side(const std::string& name, const std::string& place);

/// How many elements at either end stay of `count`, of which `room` may: they meet or overlap
/// nowhere, and all stay if there is room.
struct KeptEnds {
  std::size_t first = 0;
  std::size_t last = 0;
};
KeptEnds kept_ends(std::size_t count, std::size_t room, TruncationSide side);

/// Drops what is between the ends that stay.
template <typename Element>
void truncate(std::vector<Element>& elements, std::size_t room, TruncationSide side) {
  const KeptEnds kept = kept_ends(elements.size(), room, side);
  using Offset = typename std::vector<Element>::difference_type;
  elements.erase(elements.begin() + static_cast<Offset>(kept.first),
                 elements.end() - static_cast<Offset>(kept.last));
}

}  // namespace winnow::train
