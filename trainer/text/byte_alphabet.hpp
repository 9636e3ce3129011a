// The characters that stand for bytes in byte-level vocabularies (Radford et al. 2019, GPT-2): the
// 188 printable ones of Latin-1 for themselves, U+0100 upwards for the other 68, in order.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace winnow::train {

/// Each byte's character, in UTF-8.
std::string to_byte_alphabet(std::string_view bytes);

/// The bytes that a token's characters stand for; nothing when one stands for none.
std::optional<std::string> from_byte_alphabet(std::string_view token);

}  // namespace winnow::train
