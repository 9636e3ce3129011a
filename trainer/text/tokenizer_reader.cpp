// Reads tokenizer.json. What is not supported is refused by name: ids that differ from those the
// model was trained with would spoil every result without a sign.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "trainer/errors.hpp"
#include "trainer/protocol/strict_json.hpp"
#include "trainer/text/json_parts.hpp"
#include "trainer/text/tokenizer.hpp"
#include "trainer/text/unicode.hpp"
#include "trainer/weights/mapped_file.hpp"

namespace winnow::train {
namespace {

using nlohmann::json;

BertNormalizer read_bert_normalizer(const json& part) {
  require_type(part, "BertNormalizer");
  BertNormalizer normalizer;
  normalizer.clean_text = flag_member(part, "clean_text", true);
  normalizer.handle_chinese_chars = flag_member(part, "handle_chinese_chars", true);
  normalizer.lowercase = flag_member(part, "lowercase", true);
  normalizer.strip_accents = flag_member(part, "strip_accents", normalizer.lowercase);
  return normalizer;
}

/// Llama 2's: a blank before the text, and U+2581 for every blank.
bool underlines_blanks(const json& part) {
  static const json expected = json::parse(R"([{"type":"Prepend","prepend":"\u2581"},
    {"type":"Replace","pattern":{"String":" "},"content":"\u2581"}])");
  return type_of_part(part) == "Sequence" && member(part, "normalizers") == expected;
}

Tokenizer::Normalizer read_normalizer(const json& part) {
  const std::string type = type_of_part(part);
  if (type.empty()) return NormalForm::as_it_is;
  if (type == "NFC") return NormalForm::composed;
  if (type == "BertNormalizer") return read_bert_normalizer(part);
  if (underlines_blanks(part)) return NormalForm::underlined_blanks;
  throw PartFault(
      fmt::format("{} is not supported; supported are none, BertNormalizer, NFC, and "
                  "the Sequence of Prepend and Replace of Llama 2",
                  type));
}

/// ByteLevel with its own pattern, or behind a Split by one of the known ones.
Tokenizer::PieceSplit read_byte_level(const json& part) {
  if (type_of_part(part) == "ByteLevel") {
    const bool prefix = flag_member(part, "add_prefix_space", true);
    const bool splits = flag_member(part, "use_regex", true);
    return {splits ? PiecePattern::gpt2 : PiecePattern::whole, true, prefix};
  }
  const json& steps = member(part, "pretokenizers");
  if (!steps.is_array() || steps.size() != 2 || type_of_part(steps[0]) != "Split" ||
      type_of_part(steps[1]) != "ByteLevel") {
    throw PartFault("a Sequence must be Split and ByteLevel");
  }
  const json& split = steps[0];
  const json& byte_level = steps[1];
  const auto pattern = pattern_of_regex(text_member(member(split, "pattern"), "Regex"));
  if (!pattern) throw PartFault("Split: the pattern is none of GPT-2, Qwen2.5 and Llama 3");
  if (text_member(split, "behavior") != "Isolated" || flag_member(split, "invert", false)) {
    throw PartFault("Split: supported is the behavior Isolated without invert");
  }
  if (flag_member(byte_level, "use_regex", true) ||
      flag_member(byte_level, "add_prefix_space", true)) {
    throw PartFault("ByteLevel behind Split: use_regex and add_prefix_space must be false");
  }
  return {*pattern, true, false};
}

Tokenizer::Split read_split(const json& part) {
  const std::string type = type_of_part(part);
  if (type.empty()) return Tokenizer::PieceSplit{PiecePattern::whole, false, false};
  if (type == "BertPreTokenizer") return Tokenizer::WordSplit{};
  if (type == "ByteLevel" || type == "Sequence") return read_byte_level(part);
  throw PartFault(
      fmt::format("{} is not supported; supported are none, BertPreTokenizer, "
                  "ByteLevel, and a Sequence of Split and ByteLevel",
                  type));
}

WordPiece::Vocabulary read_vocabulary(const json& model) {
  const json& pieces = member(model, "vocab");
  if (!pieces.is_object() || pieces.empty()) throw PartFault("vocab must be an object with tokens");
  WordPiece::Vocabulary vocabulary;
  vocabulary.reserve(pieces.size());
  for (const auto& [piece, id] : pieces.items()) {
    vocabulary.emplace(piece, id_of(id, fmt::format("the id of \"{}\"", piece)));
  }
  return vocabulary;
}

std::int32_t token_id(const WordPiece::Vocabulary& vocabulary, const std::string& token) {
  const auto found = vocabulary.find(token);
  if (found == vocabulary.end()) throw PartFault(fmt::format("vocab has no \"{}\"", token));
  return found->second;
}

WordPiece read_wordpiece(const json& part) {
  WordPiece::Vocabulary vocabulary = read_vocabulary(part);
  const std::int32_t unknown_id = token_id(vocabulary, text_member(part, "unk_token"));
  const std::int32_t longest =
      id_of(member(part, "max_input_chars_per_word"), "max_input_chars_per_word");
  return WordPiece(std::move(vocabulary), unknown_id,
                   text_member(part, "continuing_subword_prefix"),
                   static_cast<std::size_t>(longest));
}

/// "a b", or in newer files ["a", "b"].
std::pair<std::string, std::string> read_merge(const json& merge) {
  if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
    return {merge[0].get<std::string>(), merge[1].get<std::string>()};
  }
  const std::string text = merge.is_string() ? merge.get<std::string>() : std::string();
  const std::size_t blank = text.find(' ');
  if (blank == std::string::npos || text.find(' ', blank + 1) != std::string::npos) {
    throw PartFault("a merge must be two tokens with a blank between, or a list of two");
  }
  return {text.substr(0, blank), text.substr(blank + 1)};
}

/// Marks of pieces inside words and random merging are of other models than those known here.
void refuse_other_bpe(const json& part) {
  for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    const json& mark = member(part, key);
    if (!mark.is_null() && mark != "") throw PartFault(fmt::format("{} is not supported", key));
  }
  if (!member(part, "dropout").is_null()) throw PartFault("dropout is not supported");
}

// Sixty times the largest published vocabulary; a table has a place for every id below the largest.
constexpr std::int32_t end_of_byte_pair_ids = 1 << 24;

Bpe read_bpe(const json& part) {
  refuse_other_bpe(part);
  Bpe::Vocabulary vocabulary = read_vocabulary(part);
  for (const auto& [token, id] : vocabulary) {
    if (id < end_of_byte_pair_ids) continue;
    throw PartFault(fmt::format("the id of \"{}\" must be below {}", token, end_of_byte_pair_ids));
  }
  Bpe::Options options;
  options.byte_fallback = flag_member(part, "byte_fallback", false);
  options.fuse_unknown = flag_member(part, "fuse_unk", false);
  options.ignore_merges = flag_member(part, "ignore_merges", false);
  if (!member(part, "unk_token").is_null()) {
    options.unknown_id = token_id(vocabulary, text_member(part, "unk_token"));
  }
  const json& merges = member(part, "merges");
  if (!merges.is_array()) throw PartFault("merges must be a list");
  std::vector<std::pair<std::string, std::string>> pairs;
  pairs.reserve(merges.size());
  for (const json& merge : merges) pairs.push_back(read_merge(merge));
  try {
    return {std::move(vocabulary), pairs, options};
  } catch (const std::invalid_argument& fault) {
    throw PartFault(fault.what());
  }
}

Tokenizer::Model read_model(const json& part) {
  // Files of the first years have no type here; each model has keys of its own.
  const std::string type = part.is_object() && !part.contains("type")
                               ? (part.contains("merges") ? "BPE" : "WordPiece")
                               : type_of_part(part);
  if (type == "BPE") return read_bpe(part);
  if (type == "WordPiece") return read_wordpiece(part);
  throw PartFault(fmt::format("{} is not supported; supported are WordPiece and BPE",
                              type.empty() ? "none" : type));
}

/// Without a normalizer a token that is looked for in normalised text is one like any other.
enum class NormalizedTokens { refused, allowed };

AddedToken read_added_token(const json& entry, NormalizedTokens normalized) {
  AddedToken token;
  const std::string content = text_member(entry, "content");
  if (content.empty()) throw PartFault("content must not be empty");
  token.content = decode_utf8(content);
  token.id = id_of(member(entry, "id"), "id");
  if (normalized == NormalizedTokens::refused && flag_member(entry, "normalized", false)) {
    throw PartFault(
        fmt::format("\"{}\": normalized: true is not supported beside a normalizer", content));
  }
  if (flag_member(entry, "single_word", false)) {
    throw PartFault(fmt::format("\"{}\": single_word: true is not supported", content));
  }
  token.strip_left = flag_member(entry, "lstrip", false);
  token.strip_right = flag_member(entry, "rstrip", false);
  return token;
}

std::vector<AddedToken> read_added_tokens(const json& file) {
  const json& part = member(file, "added_tokens");
  if (part.is_null()) return {};
  if (!part.is_array()) throw PartFault("must be a list");
  const auto normalized =
      member(file, "normalizer").is_null() ? NormalizedTokens::allowed : NormalizedTokens::refused;
  std::vector<AddedToken> tokens;
  for (const json& entry : part) tokens.push_back(read_added_token(entry, normalized));
  return tokens;
}

/// Ids before and after the text.
struct Template {
  std::vector<std::int32_t> prefix;
  std::vector<std::int32_t> suffix;
};

void append_special(const json& special, const json& known, std::vector<std::int32_t>& ids) {
  const json& token = member(known, text_member(special, "id").c_str());
  const json& token_ids = member(token, "ids");
  if (!token_ids.is_array()) throw PartFault("special_tokens need a list of ids each");
  for (const json& id : token_ids) ids.push_back(id_of(id, "an id of special_tokens"));
}

/// A token beside its id, as RobertaProcessing and BertProcessing have them.
std::int32_t read_pair(const json& pair, const char* name) {
  if (!pair.is_array() || pair.size() != 2) {
    throw PartFault(fmt::format("{} must be a list of a token and its id", name));
  }
  return id_of(pair[1], name);
}

Template read_template(const json& part) {
  const std::string type = type_of_part(part);
  if (type.empty() || type == "ByteLevel") return {};  // ByteLevel moves offsets only
  if (type == "Sequence") {
    Template found;
    for (const json& step : member(part, "processors")) {
      if (type_of_part(step) != "ByteLevel") found = read_template(step);
    }
    return found;
  }
  if (type == "RobertaProcessing" || type == "BertProcessing") {
    return {{read_pair(member(part, "cls"), "cls")}, {read_pair(member(part, "sep"), "sep")}};
  }
  require_type(part, "TemplateProcessing");
  const json& items = member(part, "single");
  if (!items.is_array()) throw PartFault("single must be a list");
  Template ids;
  bool behind_text = false;
  for (const json& item : items) {
    const json& special = member(item, "SpecialToken");
    const json& sequence = member(item, "Sequence");
    const json& given = special.is_null() ? sequence : special;
    if (member(given, "type_id") != 0) throw PartFault("a type_id other than 0 is not supported");
    if (!special.is_null()) {
      append_special(special, member(part, "special_tokens"),
                     behind_text ? ids.suffix : ids.prefix);
    } else if (behind_text || text_member(sequence, "id") != "A") {
      throw PartFault("single must hold the sequence A once");
    } else {
      behind_text = true;
    }
  }
  if (!behind_text) throw PartFault("single must hold the sequence A once");
  return ids;
}

/// That of the padding section or of [PAD]; models that were never padded have none.
std::optional<std::int32_t> read_pad_id(const json& file) {
  const json& padding = member(file, "padding");
  if (!padding.is_null()) return id_of(member(padding, "pad_id"), "pad_id");
  const json& tokens = member(file, "added_tokens");
  for (const json& token : tokens.is_array() ? tokens : json::array()) {
    if (member(token, "content") == "[PAD]") return id_of(member(token, "id"), "the id of [PAD]");
  }
  const json& found = member(member(member(file, "model"), "vocab"), "[PAD]");
  if (found.is_null()) return std::nullopt;
  return id_of(found, "the id of [PAD]");
}

/// One more than the largest id, of vocabulary, added tokens and template alike.
std::size_t vocabulary_size(const json& file, const Template& around,
                            std::optional<std::int32_t> pad_id) {
  std::int32_t largest = pad_id.value_or(0);
  const auto consider = [&](std::int32_t id) { largest = std::max(largest, id); };
  for (const json& id : file.at("model").at("vocab")) consider(id.get<std::int32_t>());
  for (const AddedToken& token : read_added_tokens(file)) consider(token.id);
  for (const std::int32_t id : around.prefix) consider(id);
  for (const std::int32_t id : around.suffix) consider(id);
  return static_cast<std::size_t>(largest) + 1;
}

}  // namespace

/// Reads part after part and keeps what was wrong with each.
class TokenizerReader {
 public:
  explicit TokenizerReader(std::string file) : file_(std::move(file)) {}

  Tokenizer read(std::string_view text) {
    const json parsed = parse(text);
    Tokenizer tokenizer;
    Template around;
    part("normalizer",
         [&] { tokenizer.normalizer_ = read_normalizer(member(parsed, "normalizer")); });
    part("pre_tokenizer", [&] { tokenizer.split_ = read_split(member(parsed, "pre_tokenizer")); });
    part("model", [&] { tokenizer.model_ = read_model(member(parsed, "model")); });
    part("added_tokens", [&] { tokenizer.added_tokens_ = AddedTokens(read_added_tokens(parsed)); });
    part("post_processor", [&] { around = read_template(member(parsed, "post_processor")); });
    part("padding", [&] { tokenizer.pad_id_ = read_pad_id(parsed); });
    if (faults_.empty()) {
      part("model", [&] { require_fitting(tokenizer, member(parsed, "post_processor")); });
    }
    if (!faults_.empty()) throw ConfigError(faults_);
    tokenizer.index_tokens();
    tokenizer.vocabulary_size_ = vocabulary_size(parsed, around, tokenizer.pad_id_);
    tokenizer.prefix_ = std::move(around.prefix);
    tokenizer.suffix_ = std::move(around.suffix);
    return tokenizer;
  }

 private:
  json parse(std::string_view text) const {
    try {
      json parsed = protocol::parse_strict_json(text);
      if (parsed.is_object()) return parsed;
      throw ConfigError(file_, "a tokenizer.json must hold a JSON object");
    } catch (const protocol::JsonFault& fault) {
      throw ConfigError(file_, fault.what());
    }
  }

  template <typename Read>
  void part(const char* name, Read read) {
    try {
      read();
    } catch (const PartFault& fault) {
      faults_.push_back({file_, fmt::format("{}: {}", name, fault.what())});
    }
  }

  /// Words go into pieces of words, everything else into byte pairs; a BERT has seen no text
  /// without special tokens around it.
  static void require_fitting(const Tokenizer& tokenizer, const json& post_processor) {
    const bool words = std::holds_alternative<Tokenizer::WordSplit>(tokenizer.split_);
    if (words != std::holds_alternative<WordPiece>(tokenizer.model_)) {
      throw PartFault("BertPreTokenizer goes with the model WordPiece, the others with BPE");
    }
    if (words && post_processor.is_null()) {
      throw PartFault("WordPiece needs a post_processor that puts special tokens around a text");
    }
  }

  std::string file_;
  std::vector<Fault> faults_;
};

Tokenizer Tokenizer::load(const std::filesystem::path& tokenizer_json) {
  const MappedFile file(tokenizer_json);
  const auto* text = reinterpret_cast<const char*>(file.bytes().data());
  return TokenizerReader(tokenizer_json.string()).read({text, file.bytes().size()});
}

}  // namespace winnow::train
