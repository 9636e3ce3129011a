// Tokens such as [SEP] that stand for themselves: they are cut out of a text before it is
// normalised and are never split.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace winnow::train {

struct AddedToken {
  std::u32string content;  // never empty
  std::int32_t id = 0;
  bool strip_left = false;   // takes the white space before it along
  bool strip_right = false;  // and behind it
};

class AddedTokens {
 public:
  /// A stretch of ordinary text, never empty, or the id of an added token.
  using Segment = std::variant<std::u32string_view, std::int32_t>;

  AddedTokens() = default;
  explicit AddedTokens(std::vector<AddedToken> tokens);

  /// The text in order. Of tokens that match at one place the longest counts. Views point into
  /// `text`.
  std::vector<Segment> split(std::u32string_view text) const;

  /// The token with this id, or null.
  const AddedToken* find(std::int32_t id) const;

 private:
  const AddedToken* longest_match(std::u32string_view rest) const;

  std::vector<AddedToken> tokens_;
  std::u32string first_characters_;
};

}  // namespace winnow::train
