// A key for long texts: two of the same key are compared, two of different keys differ.
#pragma once

#include <cstdint>
#include <string_view>

namespace winnow::store {

/// XXH3 of the bytes (Collet 2019), as a column holds it.
std::int64_t text_hash(std::string_view text);
/// Its lower 32 bits, signed: half the bytes of a row, and one of four thousand million differs.
std::int64_t short_hash(std::string_view text);

}  // namespace winnow::store
