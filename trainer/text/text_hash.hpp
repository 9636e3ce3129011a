// Hashes text for maps that are asked with views: lookups need no copy.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace winnow::train {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

}  // namespace winnow::train
