#include "trainer/text/wordpiece.hpp"

#include <algorithm>

#include "trainer/text/unicode.hpp"

namespace winnow::train {

WordPiece::WordPiece(Vocabulary vocabulary, std::int32_t unknown_id, std::string continuation,
                     std::size_t max_word_length)
    : vocabulary_(std::move(vocabulary)),
      unknown_id_(unknown_id),
      continuation_(std::move(continuation)),
      max_word_length_(max_word_length) {
  for (const auto& [piece, id] : vocabulary_) {
    longest_piece_bytes_ = std::max(longest_piece_bytes_, piece.size());
  }
}

WordPiece::Piece WordPiece::longest_piece(std::u32string_view rest, bool continues) const {
  std::string candidate = continues ? continuation_ : "";
  std::vector<std::size_t> ends;  // bytes of the candidate after each code point
  for (std::size_t i = 0; i < rest.size() && candidate.size() <= longest_piece_bytes_; ++i) {
    append_utf8(candidate, rest[i]);
    ends.push_back(candidate.size());
  }
  for (; !ends.empty(); ends.pop_back()) {
    const auto found = vocabulary_.find(std::string_view(candidate).substr(0, ends.back()));
    if (found != vocabulary_.end()) return {found->second, ends.size()};
  }
  return {};
}

void WordPiece::append_ids(std::u32string_view word, std::vector<std::int32_t>& ids) const {
  if (word.size() > max_word_length_) {
    ids.push_back(unknown_id_);
    return;
  }
  const std::size_t before = ids.size();
  for (std::size_t begin = 0; begin < word.size();) {
    const Piece piece = longest_piece(word.substr(begin), begin > 0);
    if (piece.length == 0) {
      ids.resize(before);
      ids.push_back(unknown_id_);
      return;
    }
    ids.push_back(piece.id);
    begin += piece.length;
  }
}

}  // namespace winnow::train
