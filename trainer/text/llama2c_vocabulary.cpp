#include "trainer/text/llama2c_vocabulary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "trainer/errors.hpp"
#include "trainer/protocol/utf8.hpp"
#include "trainer/text/text_hash.hpp"

namespace winnow::train {
namespace {

using nlohmann::json;

// SentencePiece's ids: unknown, beginning and end of a text, then every byte.
constexpr const char* special_pieces[] = {"<unk>", "<s>", "</s>"};
constexpr std::int64_t first_byte = 3;
constexpr std::int64_t first_merged = first_byte + 256;
// In bytes. SentencePiece's own limit is 16 characters unless one asks for more; every cut of a
// piece is tried below.
constexpr std::int32_t longest_piece = 1024;
// SentencePiece writes blanks as this mark (U+2581); the table has turned them back.
const std::string blank_mark = "\u2581";

struct Piece {
  std::string text;
  float score = 0.0f;
};

class TableReader {
 public:
  TableReader(std::span<const std::byte> rest, const std::string& source)
      : rest_(rest), source_(source) {}

  std::vector<Piece> read(std::int64_t vocabulary) {
    take<std::int32_t>();  // the longest piece's size: a buffer's size there
    std::vector<Piece> pieces;
    for (std::int64_t id = 0; id < vocabulary; ++id) pieces.push_back(read_piece(id));
    if (!rest_.empty()) {
      throw ConfigError(source_,
                        fmt::format("has {} bytes behind the last of {} tokens; it belongs "
                                    "to another model",
                                    rest_.size(), vocabulary));
    }
    return pieces;
  }

 private:
  template <typename T>
  T take() {
    T value;
    std::memcpy(&value, take_bytes(sizeof value).data(), sizeof value);
    return value;
  }

  std::span<const std::byte> take_bytes(std::size_t count) {
    if (count > rest_.size()) throw ConfigError(source_, "ends before the last token");
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  Piece read_piece(std::int64_t id) {
    const auto score = take<float>();
    const auto size = take<std::int32_t>();
    if (size < 0 || size > longest_piece) {
      throw ConfigError(source_, fmt::format("token {} has a size of {} bytes; expected at most {}",
                                             id, size, longest_piece));
    }
    const auto bytes = take_bytes(static_cast<std::size_t>(size));
    if (id < first_byte) return {special_pieces[id], score};
    if (id < first_merged) return {fmt::format("<0x{:02X}>", id - first_byte), score};
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (text.empty() || protocol::first_byte_not_utf8(text)) {
      throw ConfigError(source_, fmt::format("token {} is not UTF-8 text", id));
    }
    std::string marked;
    for (const char c : text) marked += c == ' ' ? blank_mark : std::string(1, c);
    return {marked, score};
  }

  std::span<const std::byte> rest_;
  const std::string& source_;
};

using Ids = std::unordered_map<std::string, std::int64_t, TextHash, std::equal_to<>>;

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

struct Merge {
  std::string_view left, right;
  float score = 0.0f;
  std::int64_t left_id = 0, right_id = 0;
};

/// By score, then by size of the parts, largest first; pieces keep their order, and the splits of
/// one piece that of their ids.
json merges_of(const std::vector<Piece>& pieces, const Ids& ids) {
  std::vector<Merge> merges;
  for (std::size_t id = first_merged; id < pieces.size(); ++id) {
    const std::string_view text = pieces[id].text;
    const auto begin = static_cast<std::ptrdiff_t>(merges.size());
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
      const auto left = ids.find(text.substr(0, cut)), right = ids.find(text.substr(cut));
      if (left == ids.end() || right == ids.end()) continue;
      merges.push_back({left->first, right->first, pieces[id].score, left->second, right->second});
    }
    std::sort(merges.begin() + begin, merges.end(), [](const Merge& a, const Merge& b) {
      return std::tie(a.left_id, a.right_id) < std::tie(b.left_id, b.right_id);
    });
  }
  const auto key = [](const Merge& merge) {
    return std::tuple(merge.score, characters(merge.left), characters(merge.right));
  };
  std::stable_sort(merges.begin(), merges.end(),
                   [&](const Merge& a, const Merge& b) { return key(a) > key(b); });
  json list = json::array();
  for (const Merge& merge : merges) {
    list.push_back(std::string(merge.left) + " " + std::string(merge.right));
  }
  return list;
}

json added_tokens() {
  json tokens = json::array();
  for (std::int64_t id = 0; id < first_byte; ++id) {
    tokens.push_back({{"id", id},
                      {"content", special_pieces[id]},
                      {"single_word", false},
                      {"lstrip", false},
                      {"rstrip", false},
                      {"normalized", false},
                      {"special", true}});
  }
  return tokens;
}

json replace(const std::string& from, const std::string& to) {
  return {{"type", "Replace"}, {"pattern", {{"String", from}}}, {"content", to}};
}

/// The parts around the model, as in every tokenizer.json of Llama 2.
json parts_of_llama2() {
  const json mark = {{"type", "Prepend"}, {"prepend", blank_mark}};
  const json begin = {{"SpecialToken", {{"id", "<s>"}, {"type_id", 0}}}};
  const json text = {{"Sequence", {{"id", "A"}, {"type_id", 0}}}};
  const json ids_of_begin = {{"id", "<s>"}, {"ids", json::array({1})}, {"tokens", {"<s>"}}};
  const json strip = {{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}};
  const json decoders = {
      replace(blank_mark, " "), {{"type", "ByteFallback"}}, {{"type", "Fuse"}}, strip};
  return {{"version", "1.0"},
          {"truncation", nullptr},
          {"padding", nullptr},
          {"added_tokens", added_tokens()},
          {"normalizer",
           {{"type", "Sequence"}, {"normalizers", json::array({mark, replace(" ", blank_mark)})}}},
          {"pre_tokenizer", nullptr},
          {"post_processor",
           {{"type", "TemplateProcessing"},
            {"single", json::array({begin, text})},
            {"pair", json::array({begin, text})},
            {"special_tokens", {{"<s>", ids_of_begin}}}}},
          {"decoder", {{"type", "Sequence"}, {"decoders", decoders}}}};
}

}  // namespace

json llama2c_tokenizer(std::span<const std::byte> table, std::int64_t vocabulary,
                       const std::string& source) {
  if (vocabulary < first_merged) {
    throw ConfigError(source, fmt::format("{} tokens are too few: special ones and bytes are {}",
                                          vocabulary, first_merged));
  }
  const std::vector<Piece> pieces = TableReader(table, source).read(vocabulary);
  Ids ids;
  json vocabulary_json = json::object();
  for (std::size_t id = 0; id < pieces.size(); ++id) {
    if (!ids.emplace(pieces[id].text, static_cast<std::int64_t>(id)).second) {
      throw ConfigError(source, fmt::format("token {} is there twice", id));
    }
    vocabulary_json[pieces[id].text] = id;
  }
  json tokenizer = parts_of_llama2();
  tokenizer["model"] = {{"type", "BPE"},
                        {"dropout", nullptr},
                        {"unk_token", "<unk>"},
                        {"continuing_subword_prefix", nullptr},
                        {"end_of_word_suffix", nullptr},
                        {"fuse_unk", true},
                        {"byte_fallback", true},
                        {"vocab", std::move(vocabulary_json)},
                        {"merges", merges_of(pieces, ids)}};
  return tokenizer;
}

}  // namespace winnow::train
