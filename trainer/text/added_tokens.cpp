#include "trainer/text/added_tokens.hpp"

#include <algorithm>

#include "trainer/errors.hpp"
#include "trainer/text/unicode.hpp"

namespace winnow::train {

AddedTokens::AddedTokens(std::vector<AddedToken> tokens) : tokens_(std::move(tokens)) {
  for (const AddedToken& token : tokens_) {
    expect(!token.content.empty(), "an added token has content");
    first_characters_ += token.content.front();
  }
}

const AddedToken* AddedTokens::longest_match(std::u32string_view rest) const {
  const AddedToken* longest = nullptr;
  for (const AddedToken& token : tokens_) {
    const bool matches = rest.substr(0, token.content.size()) == token.content;
    if (!matches) continue;
    if (longest == nullptr || token.content.size() > longest->content.size()) longest = &token;
  }
  return longest;
}

const AddedToken* AddedTokens::find(std::int32_t id) const {
  const auto found = std::find_if(tokens_.begin(), tokens_.end(),
                                  [&](const AddedToken& token) { return token.id == id; });
  return found == tokens_.end() ? nullptr : &*found;
}

std::vector<AddedTokens::Segment> AddedTokens::split(std::u32string_view text) const {
  std::vector<Segment> segments;
  std::size_t begin = 0;  // of the stretch not yet given out
  std::size_t place = text.find_first_of(first_characters_);
  while (place != std::u32string_view::npos) {
    const AddedToken* token = longest_match(text.substr(place));
    if (token == nullptr) {
      place = text.find_first_of(first_characters_, place + 1);
      continue;
    }
    std::size_t left = place;
    while (token->strip_left && left > begin && is_white_space(text[left - 1])) --left;
    std::size_t right = place + token->content.size();
    while (token->strip_right && right < text.size() && is_white_space(text[right])) ++right;
    if (left > begin) segments.emplace_back(text.substr(begin, left - begin));
    segments.emplace_back(token->id);
    begin = right;
    place = text.find_first_of(first_characters_, begin);
  }
  if (begin < text.size()) segments.emplace_back(text.substr(begin));
  return segments;
}

}  // namespace winnow::train
