// When two rows have the same text: white space at the ends and how much of it stands between words
// do not count. Copies of a text that a file collected twice mostly differ in nothing else.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace winnow::train {

/// The text with one blank for each run of ASCII white space, and none at the ends: equal for rows
/// that count as the same.
std::string without_spare_blanks(std::string_view text);

/// Stands for a text without spare blanks: 128 bits of XXH3, too many for two texts to meet.
struct TextKey {
  std::uint64_t high = 0, low = 0;
  auto operator<=>(const TextKey&) const = default;
};

TextKey key_of(std::string_view text);

struct TextKeyHash {
  std::size_t operator()(const TextKey& key) const { return key.low; }
};

}  // namespace winnow::train
