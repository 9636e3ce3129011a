#include "trainer/text/tokenizer.hpp"

#include <limits>

#include "trainer/errors.hpp"
#include "trainer/text/byte_alphabet.hpp"
#include "trainer/text/unicode.hpp"

namespace winnow::train {
namespace {

/// The byte that a token such as <0x0A> stands for.
std::optional<char> byte_of(std::string_view token) {
  if (token.size() != 6 || !token.starts_with("<0x") || token.back() != '>') return std::nullopt;
  return static_cast<char>(std::stoi(std::string(token.substr(3, 2)), nullptr, 16));
}

std::string with_blanks(std::string text) {
  constexpr std::string_view underline = "\u2581";
  for (std::size_t at = text.find(underline); at != std::string::npos;
       at = text.find(underline, at)) {
    text.replace(at, underline.size(), " ");
  }
  return text;
}

}  // namespace

void Tokenizer::append_piece(std::u32string_view piece, const PieceSplit& split,
                             std::vector<std::int32_t>& ids) const {
  const std::string text = encode_utf8(piece);
  std::get<Bpe>(model_).append_ids(split.byte_level ? to_byte_alphabet(text) : text, ids);
}

void Tokenizer::append_segment(std::u32string_view segment, std::size_t room,
                               std::vector<std::int32_t>& ids) const {
  std::u32string normal;
  if (const auto* bert = std::get_if<BertNormalizer>(&normalizer_)) {
    normal = bert->normalize(segment);
  } else {
    normal = normalize(segment, std::get<NormalForm>(normalizer_));
  }
  const auto* split = std::get_if<PieceSplit>(&split_);
  if (split == nullptr) {
    for (const std::u32string_view word : split_words(normal)) {
      if (ids.size() >= room) return;
      std::get<WordPiece>(model_).append_ids(word, ids);
    }
    return;
  }
  if (split->prefix_blank && !normal.starts_with(U' ')) normal.insert(0, 1, U' ');
  for (const std::u32string_view piece : split_pieces(normal, split->pattern)) {
    if (ids.size() >= room) return;
    append_piece(piece, *split, ids);
  }
}

std::vector<std::int32_t> Tokenizer::inner_ids(std::string_view text, std::size_t enough) const {
  std::vector<std::int32_t> ids;
  const std::u32string decoded = decode_utf8(text);
  for (const AddedTokens::Segment& segment : added_tokens_.split(decoded)) {
    if (ids.size() >= enough) break;
    if (const auto* id = std::get_if<std::int32_t>(&segment)) {
      ids.push_back(*id);
    } else {
      append_segment(std::get<std::u32string_view>(segment), enough, ids);
    }
  }
  return ids;
}

std::vector<std::int32_t> Tokenizer::encode(std::string_view text, std::size_t max_length,
                                            TruncationSide side) const {
  expect(max_length > special_tokens(), "a row has room for at least one token of text");
  const std::size_t room = max_length - special_tokens();
  const bool needs_all = side != TruncationSide::right;
  std::vector<std::int32_t> ids =
      inner_ids(text, needs_all ? std::numeric_limits<std::size_t>::max() : room);
  truncate(ids, room, side);
  ids.insert(ids.begin(), prefix_.begin(), prefix_.end());
  ids.insert(ids.end(), suffix_.begin(), suffix_.end());
  return ids;
}

std::vector<std::int32_t> Tokenizer::encode_beginning(std::string_view text) const {
  std::vector<std::int32_t> ids = encode_continuation(text);
  ids.insert(ids.begin(), prefix_.begin(), prefix_.end());
  return ids;
}

std::vector<std::int32_t> Tokenizer::encode_continuation(std::string_view text) const {
  return inner_ids(text, std::numeric_limits<std::size_t>::max());
}

std::string Tokenizer::beginning() const {
  std::string text;
  for (const std::int32_t id : prefix_) {
    const AddedToken* const token = added_tokens_.find(id);
    expect(token != nullptr, "what is put before a text is an added token");
    text += encode_utf8(token->content);
  }
  return text;
}

void Tokenizer::index_tokens() {
  const auto* bpe = std::get_if<Bpe>(&model_);
  if (bpe == nullptr) return;
  for (const auto& [token, id] : bpe->vocabulary()) {
    const auto index = static_cast<std::size_t>(id);
    if (index >= texts_.size()) texts_.resize(index + 1);
    texts_[index] = token;
  }
}

std::string Tokenizer::decode(std::span<const std::int32_t> ids) const {
  const auto* split = std::get_if<PieceSplit>(&split_);
  if (split == nullptr) {
    throw ConfigError("tokenizer.json", "text can be made again from byte pairs only");
  }
  std::string text;
  for (const std::int32_t id : ids) {
    if (id < 0 || static_cast<std::size_t>(id) >= texts_.size() ||
        added_tokens_.find(id) != nullptr) {
      continue;
    }
    const std::string& token = texts_[static_cast<std::size_t>(id)];
    if (split->byte_level) {
      text += from_byte_alphabet(token).value_or(token);
    } else if (const auto byte = byte_of(token)) {
      text += *byte;
    } else {
      text += with_blanks(token);
    }
  }
  const auto* form = std::get_if<NormalForm>(&normalizer_);
  const bool marked = form != nullptr && *form == NormalForm::underlined_blanks;
  return marked && text.starts_with(' ') ? text.substr(1) : text;
}

}  // namespace winnow::train
