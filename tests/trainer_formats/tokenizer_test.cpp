#include "trainer/text/tokenizer.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <random>

#include "tests/support/damaged_text.hpp"
#include "tests/support/temporary_folder.hpp"
#include "trainer/errors.hpp"

using namespace winnow::train;
using nlohmann::json;
using winnow::tests::damaged;
using winnow::tests::TemporaryFolder;
using winnow::tests::write_text;
using Ids = std::vector<std::int32_t>;

namespace {

/// A small file of the usual form.
json usual_file() {
  return json::parse(R"({
    "version": "1.0",
    "truncation": {"max_length": 4, "strategy": "LongestFirst", "stride": 0},
    "padding": {"strategy": {"Fixed": 4}, "direction": "Right", "pad_id": 0, "pad_token": "[PAD]"},
    "added_tokens": [
      {"id": 0, "content": "[PAD]", "special": true, "normalized": false},
      {"id": 2, "content": "[CLS]", "special": true, "normalized": false},
      {"id": 3, "content": "[SEP]", "special": true, "normalized": false},
      {"id": 12, "content": "[MASK]", "special": true, "normalized": false, "lstrip": true,
       "rstrip": true}],
    "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                   "strip_accents": null, "lowercase": true},
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "post_processor": {"type": "TemplateProcessing",
      "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                 {"Sequence": {"id": "A", "type_id": 0}},
                 {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
      "pair": [],
      "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
                         "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
    "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
    "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
      "max_input_chars_per_word": 10,
      "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "un": 4, "##aff": 5, "##able": 6,
                "unaff": 7, "cafe": 8, "!": 9, "漢": 10, "a": 11}}})");
}

/// Bytes a, b and the blank (Ġ), three merges, and an added token.
json byte_pair_file() {
  return json::parse(R"({
    "version": "1.0", "truncation": null, "padding": null,
    "added_tokens": [{"id": 9, "content": "<eos>", "special": true, "normalized": false}],
    "normalizer": null,
    "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
    "post_processor": {"type": "ByteLevel"}, "decoder": {"type": "ByteLevel"},
    "model": {"type": "BPE", "dropout": null, "unk_token": null, "fuse_unk": false,
      "byte_fallback": false, "merges": ["a b", "a a", "\u0120 ab"],
      "vocab": {"a": 0, "b": 1, "\u0120": 2, "aa": 4, "ab": 6, "\u0120ab": 7, "<eos>": 9}}})");
}

Tokenizer loaded(const json& file) {
  const TemporaryFolder folder;
  write_text(folder / "tokenizer.json", file.dump());
  return Tokenizer::load(folder / "tokenizer.json");
}

std::string refusal(const json& file) {
  try {
    loaded(file);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

Ids encoded(std::string_view text, std::size_t max_length = 64) {
  return loaded(usual_file()).encode(text, max_length);
}

}  // namespace

TEST_CASE("a word is divided into the longest known pieces") {
  CHECK(encoded("unaffable") == Ids{2, 7, 6, 3});
  CHECK(encoded("UnAffAff") == Ids{2, 7, 5, 3});
}

TEST_CASE("a word that does not divide is unknown as a whole") {
  CHECK(encoded("unaffx") == Ids{2, 1, 3});
  CHECK(encoded("xun") == Ids{2, 1, 3});
}

TEST_CASE("a word longer than the model allows is unknown") {
  CHECK(encoded("unaffaffaf") == Ids{2, 1, 3});
  CHECK(encoded("unaffaffaff") == Ids{2, 1, 3});
  CHECK(encoded("ununaff a") == Ids{2, 1, 11, 3});
}

TEST_CASE("accents, case, control characters and ideographs are normalised away") {
  CHECK(encoded("CAF\u00c9!") == Ids{2, 8, 9, 3});
  CHECK(encoded("cafe\u0301") == Ids{2, 8, 3});
  CHECK(encoded("ca\u200bfe") == Ids{2, 8, 3});
  CHECK(encoded("a漢a") == Ids{2, 11, 10, 11, 3});
  CHECK(encoded(std::string_view("c\0a\x01"
                                 "fe",
                                 6)) == Ids{2, 8, 3});
}

TEST_CASE("bytes that are not UTF-8 vanish like the replacement character") {
  CHECK(encoded("ca\xff"
                "fe") == Ids{2, 8, 3});
  CHECK(encoded("caf\xc3") == encoded("caf"));
}

TEST_CASE("added tokens are cut out before normalisation") {
  CHECK(encoded("a[SEP]a") == Ids{2, 11, 3, 11, 3});
  CHECK(encoded("a [sep] a") == Ids{2, 11, 1, 1, 1, 11, 3});
  CHECK(encoded("a [MASK] a") == Ids{2, 11, 12, 11, 3});
}

TEST_CASE("RoBERTa's processor puts its tokens around a text, and its tokens need no normalizer") {
  json file = byte_pair_file();
  file["added_tokens"][0]["normalized"] = true;
  file["post_processor"] = {{"type", "RobertaProcessing"},
                            {"sep", {"<eos>", 9}},
                            {"cls", {"a", 0}},
                            {"trim_offsets", true},
                            {"add_prefix_space", false}};
  const Tokenizer tokenizer = loaded(file);
  CHECK(tokenizer.encode("ab ab<eos>a", 64) == Ids{0, 6, 7, 9, 0, 9});
  CHECK(tokenizer.encode("ab ab ab", 4) == Ids{0, 6, 7, 9});
  CHECK(tokenizer.special_tokens() == 2);
  file["post_processor"]["sep"] = {"<eos>"};
  CHECK_THAT(refusal(file), Catch::Contains("sep must be a list of a token and its id"));
}

TEST_CASE("the file's own truncation and padding are overridden") {
  CHECK(encoded("a a a a a a", 64).size() == 8);
  CHECK(encoded("a a a a a a", 5) == Ids{2, 11, 11, 11, 3});
  CHECK(encoded("unaffable", 3) == Ids{2, 7, 3});
  CHECK(encoded("") == Ids{2, 3});
}

TEST_CASE("a length without room for text is a broken expectation") {
  CHECK_THROWS_AS(encoded("a", 2), BrokenExpectation);
}

TEST_CASE("pad id and size of the vocabulary come from the file") {
  const Tokenizer tokenizer = loaded(usual_file());
  CHECK(tokenizer.pad_id() == 0);
  CHECK(tokenizer.vocabulary_size() == 13);
  CHECK(tokenizer.special_tokens() == 2);
  json unpadded = usual_file();
  unpadded["padding"] = nullptr;
  unpadded["added_tokens"][0]["id"] = 5;
  CHECK(loaded(unpadded).pad_id() == 5);
}

TEST_CASE("what is not supported is refused by name, all of it at once") {
  json file = usual_file();
  file["normalizer"] = {{"type", "NFKC"}};
  file["pre_tokenizer"] = {{"type", "Metaspace"}};
  file["model"]["type"] = "Unigram";
  file["post_processor"] = {{"type", "OtherProcessing"}};
  const std::string message = refusal(file);
  CHECK_THAT(message, Catch::Contains("normalizer: NFKC is not supported"));
  CHECK_THAT(message, Catch::Contains("pre_tokenizer: Metaspace is not supported"));
  CHECK_THAT(message, Catch::Contains("model: Unigram is not supported"));
  CHECK_THAT(message, Catch::Contains("post_processor: OtherProcessing is not supported"));
}

TEST_CASE("parts that do not belong together are refused") {
  json file = usual_file();
  file["pre_tokenizer"] = {{"type", "ByteLevel"}};
  CHECK_THAT(refusal(file), Catch::Contains("BertPreTokenizer goes with the model WordPiece"));
  file = usual_file();
  file["post_processor"] = nullptr;
  CHECK_THAT(refusal(file), Catch::Contains("WordPiece needs a post_processor"));
}

TEST_CASE("added tokens of kinds that are not supported are refused") {
  json file = usual_file();
  file["added_tokens"][1]["single_word"] = true;
  CHECK_THAT(refusal(file), Catch::Contains("\"[CLS]\": single_word: true is not supported"));
  file = usual_file();
  file["added_tokens"][1]["normalized"] = true;
  CHECK_THAT(refusal(file), Catch::Contains("\"[CLS]\": normalized: true is not supported"));
  file = usual_file();
  file["added_tokens"][1]["content"] = "";
  CHECK_THAT(refusal(file), Catch::Contains("content must not be empty"));
}

TEST_CASE("malformed parts are named") {
  json file = usual_file();
  file["model"]["vocab"]["a"] = -1;
  CHECK_THAT(refusal(file), Catch::Contains("model: the id of \"a\" must be a whole number"));
  file = usual_file();
  file["model"]["unk_token"] = "[unk]";
  CHECK_THAT(refusal(file), Catch::Contains("model: vocab has no \"[unk]\""));
  file = usual_file();
  file["post_processor"]["single"].erase(1);
  CHECK_THAT(refusal(file), Catch::Contains("single must hold the sequence A once"));
  file = usual_file();
  file["padding"] = nullptr;
  file["added_tokens"] = json::array();
  file["model"]["vocab"].erase("[PAD]");
  CHECK_FALSE(loaded(file).pad_id());
}

TEST_CASE("a file from the years without a model type is read") {
  json file = usual_file();
  file["model"].erase("type");
  CHECK(loaded(file).encode("unaffable", 8) == Ids{2, 7, 6, 3});
}

TEST_CASE("byte pairs are merged in the order they were learned, the leftmost of equals first") {
  const Tokenizer tokenizer = loaded(byte_pair_file());
  CHECK(tokenizer.special_tokens() == 0);
  CHECK(tokenizer.encode("aaa", 9) == Ids{4, 0});   // aa a, not a aa
  CHECK(tokenizer.encode("aaaa", 9) == Ids{4, 4});  // nothing was learned for aa aa
  CHECK(tokenizer.encode("ab", 9) == Ids{6});       // before aa
  CHECK(tokenizer.encode("aab", 9) == Ids{0, 6});   // ab was learned first
  CHECK(tokenizer.encode(" ab", 9) == Ids{7});      // merged with its blank
  CHECK(tokenizer.encode("ab<eos>ab", 9) == Ids{6, 9, 6});
  CHECK(tokenizer.encode("aba", 2) == Ids{6, 0});
  CHECK(tokenizer.encode("", 9).empty());
}

TEST_CASE("merges may be written as lists, and a piece may be a token without any merge") {
  json file = byte_pair_file();
  file["model"]["merges"] = json::array({{"a", "b"}, {"a", "a"}, {"\u0120", "ab"}});
  CHECK(loaded(file).encode(" ab", 9) == Ids{7});
  file["model"]["vocab"]["aba"] = 8;
  CHECK(loaded(file).encode("aba", 9) == Ids{6, 0});
  file["model"]["ignore_merges"] = true;
  CHECK(loaded(file).encode("aba", 9) == Ids{8});
}

TEST_CASE("characters without a token become bytes, or unknown ones, which may be fused") {
  json file = byte_pair_file();
  file["pre_tokenizer"] = nullptr;
  file["model"]["unk_token"] = "\u0120";
  CHECK(loaded(file).encode("a\u00e9\u00e9a", 9) == Ids{0, 2, 2, 0});
  file["model"]["fuse_unk"] = true;
  CHECK(loaded(file).encode("a\u00e9\u00e9a", 9) == Ids{0, 2, 0});
  file["model"]["byte_fallback"] = true;
  file["model"]["vocab"]["<0xC3>"] = 10;
  file["model"]["vocab"]["<0xA9>"] = 11;
  CHECK(loaded(file).encode("a\u00e9a", 9) == Ids{0, 10, 11, 0});
  CHECK(loaded(file).decode(Ids{0, 10, 11, 0}) == "a\u00e9a");
}

TEST_CASE("ids of byte pairs become the text again, special tokens left out") {
  const Tokenizer tokenizer = loaded(byte_pair_file());
  CHECK(tokenizer.decode(tokenizer.encode("ab aab<eos> ab", 20)) == "ab aab ab");
  CHECK(tokenizer.decode(Ids{-1, 99, 6}) == "ab");
  CHECK_THROWS_AS(loaded(usual_file()).decode(Ids{4}), ConfigError);
}

TEST_CASE("a long text without a blank takes no more than its length") {
  const Tokenizer tokenizer = loaded(byte_pair_file());
  const std::vector<std::int32_t> ids = tokenizer.encode(std::string(300000, 'a'), 300000);
  CHECK(ids == Ids(150000, 4));
}

TEST_CASE("faults of a byte-pair model are named") {
  json file = byte_pair_file();
  file["model"]["merges"].push_back("b a");
  CHECK_THAT(refusal(file), Catch::Contains("merge 3 needs \"ba\""));
  file = byte_pair_file();
  file["model"]["merges"].push_back("ab");
  CHECK_THAT(refusal(file), Catch::Contains("a merge must be two tokens"));
  file = byte_pair_file();
  file["model"]["vocab"]["a"] = 1 << 24;
  CHECK_THAT(refusal(file), Catch::Contains("must be below 16777216"));
  file = byte_pair_file();
  file["model"]["end_of_word_suffix"] = "</w>";
  CHECK_THAT(refusal(file), Catch::Contains("end_of_word_suffix is not supported"));
}

TEST_CASE("damaged tokenizer files are read or refused, never anything else") {
  const TemporaryFolder folder;
  const std::vector<std::string> files = {usual_file().dump(), byte_pair_file().dump()};
  std::mt19937 random(7);
  int refused = 0;
  for (std::size_t round = 0; round < 3000; ++round) {
    const std::string& valid = files[round % files.size()];
    write_text(folder / "tokenizer.json", damaged(valid, random));
    try {
      Tokenizer::load(folder / "tokenizer.json").encode("Unaffable caf\u00e9 [MASK]!", 16);
    } catch (const ConfigError&) {
      ++refused;
    }
  }
  CHECK(refused > 1500);
  CHECK(refused < 3000);
}
