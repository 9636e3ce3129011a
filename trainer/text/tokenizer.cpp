#include "trainer/text/tokenizer.hpp"

#include "trainer/errors.hpp"
#include "trainer/text/unicode.hpp"

namespace winnow::train {

std::vector<std::int32_t> Tokenizer::encode(std::string_view text, std::size_t max_length) const {
  expect(max_length > special_tokens(), "a row has room for at least one token of text");
  const std::size_t room = max_length - suffix_.size();
  std::vector<std::int32_t> ids = prefix_;
  const std::u32string decoded = decode_utf8(text);
  for (const AddedTokens::Segment& segment : added_tokens_.split(decoded)) {
    if (ids.size() >= room) break;
    if (const auto* id = std::get_if<std::int32_t>(&segment)) {
      ids.push_back(*id);
      continue;
    }
    const std::u32string normal = normalizer_.normalize(std::get<std::u32string_view>(segment));
    for (const std::u32string_view word : split_words(normal)) {
      if (ids.size() >= room) break;
      model_.append_ids(word, ids);
    }
  }
  if (ids.size() > room) ids.resize(room);
  ids.insert(ids.end(), suffix_.begin(), suffix_.end());
  return ids;
}

}  // namespace winnow::train
