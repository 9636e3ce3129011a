// When models are fitted anew: at counts of outcomes that are the same in every replay.
#pragma once

#include <algorithm>
#include <cstddef>

namespace winnow::search {

/// On how many of `outcomes` (≥ first) the last fit was made: fits are made at `first` outcomes,
/// then whenever there are 5 % more, but at least every 50, so that no more rows than that are
/// appended to a model.
inline std::size_t last_fit(std::size_t first, std::size_t outcomes) {
  std::size_t fitted_on = first;
  while (true) {
    const std::size_t next = fitted_on + std::clamp<std::size_t>(fitted_on / 20, 1, 50);
    if (next > outcomes) return fitted_on;
    fitted_on = next;
  }
}

}  // namespace winnow::search
