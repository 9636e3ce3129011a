#include "trainer/data/same_text.hpp"

#include <xxhash.h>

#include <algorithm>

namespace winnow::train {

std::string without_spare_blanks(std::string_view text) {
  constexpr std::string_view blanks = " \t\n\v\f\r";
  std::string kept;
  kept.reserve(text.size());
  while (true) {
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return kept;
    const std::string_view rest = text.substr(begin);
    const std::size_t end = std::min(rest.find_first_of(blanks), rest.size());
    if (!kept.empty()) kept += ' ';
    kept += rest.substr(0, end);
    text = rest.substr(end);
  }
}

TextKey key_of(std::string_view text) {
  const std::string same = without_spare_blanks(text);
  const XXH128_hash_t hash = XXH3_128bits(same.data(), same.size());
  return {hash.high64, hash.low64};
}

}  // namespace winnow::train
