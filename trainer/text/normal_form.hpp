// Normalisation of texts for models of byte pairs.
#pragma once

#include <string>
#include <string_view>

namespace winnow::train {

enum class NormalForm {
  as_it_is,
  composed,          // NFC of Unicode
  underlined_blanks  // Llama 2: a blank before the text, then U+2581 for every blank
};

std::u32string normalize(std::u32string_view text, NormalForm form);

}  // namespace winnow::train
