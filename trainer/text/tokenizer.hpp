// Text to token ids as a tokenizer.json file of the BERT family says: added tokens are cut out, the
// rest is normalised, split into words, each word into known pieces, and [CLS] … [SEP] put around
// the whole. Truncation and padding written into the file are ignored: the caller says how long a
// row may be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "trainer/text/added_tokens.hpp"
#include "trainer/text/bert_normalizer.hpp"
#include "trainer/text/wordpiece.hpp"

namespace winnow::train {

class Tokenizer {
 public:
  /// Throws ConfigError naming the part of the file that is missing, malformed or not supported.
  static Tokenizer load(const std::filesystem::path& tokenizer_json);

  /// Ids of `text`, special tokens included, at most `max_length`: what does not fit is cut off at
  /// the right, the special tokens stay. Needs max_length ≥ special_tokens() + 1. Bytes that are
  /// not UTF-8 are read as U+FFFD, as a lossy decoder does, and so vanish.
  std::vector<std::int32_t> encode(std::string_view text, std::size_t max_length) const;

  /// How many ids encode() adds to every text: 2 for [CLS] and [SEP].
  std::size_t special_tokens() const { return prefix_.size() + suffix_.size(); }
  /// The id to fill short rows with: that of [PAD]. Throws ConfigError from load() if there is
  /// none.
  std::int32_t pad_id() const { return pad_id_; }
  /// One more than the largest id: embedding tables need at least so many rows.
  std::size_t vocabulary_size() const { return vocabulary_size_; }

 private:
  Tokenizer() = default;
  friend class TokenizerReader;

  AddedTokens added_tokens_;
  BertNormalizer normalizer_;
  WordPiece model_;
  std::vector<std::int32_t> prefix_;  // ids put before a text
  std::vector<std::int32_t> suffix_;  // ids put after it
  std::int32_t pad_id_ = 0;
  std::size_t vocabulary_size_ = 0;
};

}  // namespace winnow::train
