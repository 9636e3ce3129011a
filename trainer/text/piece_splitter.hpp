// Cuts text into the pieces inside of which byte-pair encoding merges. The patterns are regular
// expressions with a look-ahead in tokenizer.json; each is scanned by hand here, because they are
// few and scanning is an order of magnitude faster than an engine with look-ahead.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::train {

enum class PiecePattern {
  whole,    // one piece
  gpt2,     // the one built into the ByteLevel pre-tokenizer
  qwen2_5,  // digits one by one
  llama3    // digits in groups of up to three
};

/// The pattern written in a file, if it is a known one.
std::optional<PiecePattern> pattern_of_regex(std::string_view regex);

/// The pieces in order; together they are the text, into which they point.
std::vector<std::u32string_view> split_pieces(std::u32string_view text, PiecePattern pattern);

}  // namespace winnow::train
