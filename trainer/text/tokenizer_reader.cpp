// Reads tokenizer.json. What is not supported is refused by name: ids that differ from those the
// model was trained with would spoil every result without a sign.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "trainer/errors.hpp"
#include "trainer/protocol/strict_json.hpp"
#include "trainer/text/tokenizer.hpp"
#include "trainer/text/unicode.hpp"
#include "trainer/weights/mapped_file.hpp"

namespace winnow::train {
namespace {

using nlohmann::json;

/// What is wrong with one part of the file.
class PartFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// object[key], or null when there is none.
const json& member(const json& object, const char* key) {
  static const json nothing;
  if (!object.is_object()) throw PartFault("must be an object");
  const auto found = object.find(key);
  return found == object.end() ? nothing : *found;
}

std::string text_member(const json& object, const char* key) {
  const json& value = member(object, key);
  if (!value.is_string()) throw PartFault(fmt::format("{} must be text", key));
  return value.get<std::string>();
}

bool flag_member(const json& object, const char* key, bool when_absent) {
  const json& value = member(object, key);
  if (value.is_null()) return when_absent;
  if (!value.is_boolean()) throw PartFault(fmt::format("{} must be true or false", key));
  return value.get<bool>();
}

/// Token ids are rows of an embedding table; the last value is kept free for "one more".
std::int32_t id_of(const json& value, std::string_view what) {
  constexpr std::uint64_t end = std::numeric_limits<std::int32_t>::max();
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() >= end) {
    throw PartFault(fmt::format("{} must be a whole number from 0 to {}", what, end - 1));
  }
  return value.get<std::int32_t>();
}

void require_type(const json& part, std::string_view supported) {
  if (part.is_null()) throw PartFault(fmt::format("is missing; supported is {}", supported));
  const std::string type = text_member(part, "type");
  if (type != supported) {
    throw PartFault(fmt::format("{} is not supported; supported is {}", type, supported));
  }
}

BertNormalizer read_normalizer(const json& part) {
  require_type(part, "BertNormalizer");
  BertNormalizer normalizer;
  normalizer.clean_text = flag_member(part, "clean_text", true);
  normalizer.handle_chinese_chars = flag_member(part, "handle_chinese_chars", true);
  normalizer.lowercase = flag_member(part, "lowercase", true);
  normalizer.strip_accents = flag_member(part, "strip_accents", normalizer.lowercase);
  return normalizer;
}

void require_plain_word_splitting(const json& part) { require_type(part, "BertPreTokenizer"); }

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

WordPiece read_model(const json& part) {
  // Files of the first years have no type here; this key is WordPiece's alone.
  const bool untyped = part.is_object() && !part.contains("type");
  if (!untyped || !part.contains("max_input_chars_per_word")) require_type(part, "WordPiece");
  WordPiece::Vocabulary vocabulary = read_vocabulary(part);
  const std::int32_t unknown_id = token_id(vocabulary, text_member(part, "unk_token"));
  const std::int32_t longest =
      id_of(member(part, "max_input_chars_per_word"), "max_input_chars_per_word");
  return WordPiece(std::move(vocabulary), unknown_id,
                   text_member(part, "continuing_subword_prefix"),
                   static_cast<std::size_t>(longest));
}

AddedToken read_added_token(const json& entry) {
  AddedToken token;
  const std::string content = text_member(entry, "content");
  if (content.empty()) throw PartFault("content must not be empty");
  token.content = decode_utf8(content);
  token.id = id_of(member(entry, "id"), "id");
  if (flag_member(entry, "normalized", false)) {
    throw PartFault(fmt::format("\"{}\": normalized: true is not supported", content));
  }
  if (flag_member(entry, "single_word", false)) {
    throw PartFault(fmt::format("\"{}\": single_word: true is not supported", content));
  }
  token.strip_left = flag_member(entry, "lstrip", false);
  token.strip_right = flag_member(entry, "rstrip", false);
  return token;
}

std::vector<AddedToken> read_added_tokens(const json& part) {
  if (part.is_null()) return {};
  if (!part.is_array()) throw PartFault("must be a list");
  std::vector<AddedToken> tokens;
  for (const json& entry : part) tokens.push_back(read_added_token(entry));
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

Template read_template(const json& part) {
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

std::int32_t read_pad_id(const json& file) {
  const json& padding = member(file, "padding");
  if (!padding.is_null()) return id_of(member(padding, "pad_id"), "pad_id");
  const json& tokens = member(file, "added_tokens");
  for (const json& token : tokens.is_array() ? tokens : json::array()) {
    if (member(token, "content") == "[PAD]") return id_of(member(token, "id"), "the id of [PAD]");
  }
  const json& vocabulary = member(member(file, "model"), "vocab");
  return id_of(member(vocabulary, "[PAD]"), "the id of [PAD]");
}

/// One more than the largest id, of vocabulary, added tokens and template alike.
std::size_t vocabulary_size(const json& file, const Template& around, std::int32_t pad_id) {
  std::int32_t largest = pad_id;
  const auto consider = [&](std::int32_t id) { largest = std::max(largest, id); };
  for (const json& id : file.at("model").at("vocab")) consider(id.get<std::int32_t>());
  for (const AddedToken& token : read_added_tokens(member(file, "added_tokens")))
    consider(token.id);
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
    part("pre_tokenizer", [&] { require_plain_word_splitting(member(parsed, "pre_tokenizer")); });
    part("model", [&] { tokenizer.model_ = read_model(member(parsed, "model")); });
    part("added_tokens", [&] {
      tokenizer.added_tokens_ = AddedTokens(read_added_tokens(member(parsed, "added_tokens")));
    });
    part("post_processor", [&] { around = read_template(member(parsed, "post_processor")); });
    part("padding", [&] { tokenizer.pad_id_ = read_pad_id(parsed); });
    if (!faults_.empty()) throw ConfigError(faults_);
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

  std::string file_;
  std::vector<Fault> faults_;
};

Tokenizer Tokenizer::load(const std::filesystem::path& tokenizer_json) {
  const MappedFile file(tokenizer_json);
  const auto* text = reinterpret_cast<const char*>(file.bytes().data());
  return TokenizerReader(tokenizer_json.string()).read({text, file.bytes().size()});
}

}  // namespace winnow::train
