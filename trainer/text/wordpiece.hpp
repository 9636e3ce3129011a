// WordPiece: a word becomes the longest known piece at its start, then the longest known
// continuation, and so on; a word that does not divide so becomes the unknown token as a whole (Wu
// et al. 2016, "Google's Neural Machine Translation System", section 4.1; Devlin et al. 2018).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "trainer/text/text_hash.hpp"

namespace winnow::train {

class WordPiece {
 public:
  /// Piece to id; lookups need no copy of the text.
  using Vocabulary = std::unordered_map<std::string, std::int32_t, TextHash, std::equal_to<>>;

  WordPiece() = default;
  /// `continuation` is the mark of pieces that do not begin a word ("##"); words longer than
  /// `max_word_length` code points are unknown without a try.
  WordPiece(Vocabulary vocabulary, std::int32_t unknown_id, std::string continuation,
            std::size_t max_word_length);

  /// Appends the ids of one word.
  void append_ids(std::u32string_view word, std::vector<std::int32_t>& ids) const;

 private:
  struct Piece {
    std::int32_t id = 0;
    std::size_t length = 0;  // in code points; 0: none was found
  };
  Piece longest_piece(std::u32string_view rest, bool continues) const;

  Vocabulary vocabulary_;
  std::int32_t unknown_id_ = 0;
  std::string continuation_;
  std::size_t max_word_length_ = 0;
  std::size_t longest_piece_bytes_ = 0;  // no longer candidate is worth a lookup
};

}  // namespace winnow::train
