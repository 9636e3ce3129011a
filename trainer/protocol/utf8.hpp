// Whether bytes are UTF-8 text: asked of everything that others wrote, before it is read.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace winnow::protocol {

/// The place, counted from 0, of the first byte at which `text` stops being UTF-8 (RFC 3629: no
/// surrogates, no overlong forms, nothing beyond U+10FFFF). Nothing: all of it is UTF-8.
std::optional<std::size_t> first_byte_not_utf8(std::string_view text);

}  // namespace winnow::protocol
