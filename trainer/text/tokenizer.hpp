// Text to token ids as a tokenizer.json file says: added tokens are cut out, the rest is
// normalised, split into words or pieces, each of those into known tokens (WordPiece of the BERT
// family, byte pairs of GPT-2, Qwen and Llama), and special tokens put around the whole. Truncation
// and padding written into the file are ignored: the caller says how long a row may be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "trainer/text/added_tokens.hpp"
#include "trainer/text/bert_normalizer.hpp"
#include "trainer/text/bpe.hpp"
#include "trainer/text/normal_form.hpp"
#include "trainer/text/piece_splitter.hpp"
#include "trainer/text/truncation.hpp"
#include "trainer/text/wordpiece.hpp"

namespace winnow::train {

class Tokenizer {
 public:
  /// Throws ConfigError naming the part of the file that is missing, malformed or not supported.
  static Tokenizer load(const std::filesystem::path& tokenizer_json);

  /// Ids of `text`, special tokens included, at most `max_length`: of what does not fit `side` says
  /// what is dropped, the special tokens stay. Needs max_length ≥ special_tokens() + 1. Bytes that
  /// are not UTF-8 are read as U+FFFD, as a lossy decoder does, and so vanish.
  std::vector<std::int32_t> encode(std::string_view text, std::size_t max_length,
                                   TruncationSide side = TruncationSide::right) const;

  /// Ids of a text that something follows: with the special tokens before it, without those behind
  /// it, uncut.
  std::vector<std::int32_t> encode_beginning(std::string_view text) const;

  /// What encode_beginning() puts before a text, written out.
  std::string beginning() const;

  /// Ids of a text that goes on from others: without special tokens around it, uncut.
  std::vector<std::int32_t> encode_continuation(std::string_view text) const;

  /// The text of some ids, special tokens left out. Bytes that are no UTF-8 (a character cut in
  /// two) stay as they are. Needs a model of byte pairs; throws ConfigError for another.
  std::string decode(std::span<const std::int32_t> ids) const;

  /// How many ids encode() adds to every text: 2 for [CLS] and [SEP].
  std::size_t special_tokens() const { return prefix_.size() + suffix_.size(); }
  /// The id to fill short rows with, if the file has one.
  std::optional<std::int32_t> pad_id() const { return pad_id_; }
  /// One more than the largest id: embedding tables need at least so many rows.
  std::size_t vocabulary_size() const { return vocabulary_size_; }

  using Normalizer = std::variant<NormalForm, BertNormalizer>;
  /// Words and punctuation, for WordPiece.
  struct WordSplit {};
  /// Pieces, for byte pairs.
  struct PieceSplit {
    PiecePattern pattern = PiecePattern::whole;
    bool byte_level = false;    // the model's characters stand for bytes
    bool prefix_blank = false;  // a text that does not begin with a blank is given one
  };
  using Split = std::variant<WordSplit, PieceSplit>;
  using Model = std::variant<WordPiece, Bpe>;

 private:
  Tokenizer() = default;
  friend class TokenizerReader;

  /// Of a text without special tokens. Stops once there are `enough`, if it notices.
  std::vector<std::int32_t> inner_ids(std::string_view text, std::size_t enough) const;
  void append_segment(std::u32string_view segment, std::size_t room,
                      std::vector<std::int32_t>& ids) const;
  void append_piece(std::u32string_view piece, const PieceSplit& split,
                    std::vector<std::int32_t>& ids) const;
  void index_tokens();

  AddedTokens added_tokens_;
  Normalizer normalizer_;
  Split split_;
  Model model_;
  std::vector<std::string> texts_;    // of the ids of a model of byte pairs
  std::vector<std::int32_t> prefix_;  // ids put before a text
  std::vector<std::int32_t> suffix_;  // ids put after it
  std::optional<std::int32_t> pad_id_;
  std::size_t vocabulary_size_ = 0;
};

}  // namespace winnow::train
