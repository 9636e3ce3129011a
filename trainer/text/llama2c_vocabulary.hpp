// The tokenizer table of the llama2.c project (tokenizer.bin): the longest piece's size, then of
// each id a score, a size and that many bytes. The tokenizer.json made of it has the same ids.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

namespace winnow::train {

/// A tokenizer.json of Llama 2's kind: BPE with bytes as the last resort, the beginning of a text
/// marked by <s>. Merges are those of Hugging Face's conversion of SentencePiece models: each pair
/// of pieces whose sum is a piece, the best scores first.
///
/// `vocabulary` is the number of ids. Throws ConfigError, naming `source`, for a table that ends
/// early, goes on behind the last id, has a piece twice or one that is not UTF-8 text; nothing of a
/// stated size is allocated before it was found there.
nlohmann::json llama2c_tokenizer(std::span<const std::byte> table, std::int64_t vocabulary,
                                 const std::string& source);

}  // namespace winnow::train
