// The time of day, for display only: what comes after what, and how long it took, is never taken
// from it.
#pragma once

#include <chrono>
#include <cstdint>

namespace winnow::store {

/// Milliseconds since 1970, as the columns `…_ms` hold them.
inline std::int64_t now_ms() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

}  // namespace winnow::store
