#include "trainer/text/truncation.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "tests/support/temporary_folder.hpp"
#include "trainer/errors.hpp"
#include "trainer/text/tokenizer.hpp"

using namespace winnow::train;
using winnow::tests::TemporaryFolder;
using winnow::tests::write_text;
using Ids = std::vector<std::int32_t>;

namespace {

/// Words a … j are the ids 4 … 13, [CLS] is 2 and [SEP] is 3.
Tokenizer words() {
  std::string vocabulary = R"("[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3)";
  for (int i = 0; i < 10; ++i) {
    vocabulary +=
        ", \"" + std::string(1, static_cast<char>('a' + i)) + "\": " + std::to_string(i + 4);
  }
  const TemporaryFolder folder;
  write_text(folder / "tokenizer.json", R"({"added_tokens": [],
    "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                   "strip_accents": null, "lowercase": true},
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "post_processor": {"type": "TemplateProcessing",
      "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                 {"Sequence": {"id": "A", "type_id": 0}},
                 {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
      "pair": [], "special_tokens": {
        "[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
        "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
    "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
              "max_input_chars_per_word": 100, "vocab": {)" +
                                            vocabulary + "}}}");
  return Tokenizer::load(folder / "tokenizer.json");
}

}  // namespace

TEST_CASE("the ends that stay fill the room and never overlap") {
  for (const TruncationSide side :
       {TruncationSide::right, TruncationSide::left, TruncationSide::middle}) {
    for (std::size_t count = 0; count < 20; ++count) {
      for (std::size_t room = 0; room < 20; ++room) {
        std::vector<std::size_t> elements(count);
        std::iota(elements.begin(), elements.end(), 0u);
        truncate(elements, room, side);
        CHECK(elements.size() == std::min(count, room));
        CHECK(std::is_sorted(elements.begin(), elements.end()));
        CHECK(std::adjacent_find(elements.begin(), elements.end()) == elements.end());
        if (elements.empty()) continue;
        if (side == TruncationSide::right) CHECK(elements.front() == 0);
        if (side != TruncationSide::right) CHECK(elements.back() == count - 1);
      }
    }
  }
}

TEST_CASE("of 510 tokens the first 127 and the last 383 stay when the middle goes") {
  const KeptEnds kept = kept_ends(1000, 510, TruncationSide::middle);
  CHECK(kept.first == 127);
  CHECK(kept.last == 383);
}

TEST_CASE("special tokens stay around what is left of a text") {
  const Tokenizer tokenizer = words();
  const char* text = "a b c d e f g h i j";
  CHECK(tokenizer.encode(text, 6) == Ids{2, 4, 5, 6, 7, 3});
  CHECK(tokenizer.encode(text, 6, TruncationSide::left) == Ids{2, 10, 11, 12, 13, 3});
  CHECK(tokenizer.encode(text, 6, TruncationSide::middle) == Ids{2, 4, 11, 12, 13, 3});
  for (const TruncationSide side : {TruncationSide::left, TruncationSide::middle}) {
    CHECK(tokenizer.encode(text, 12, side) == tokenizer.encode(text, 12));
    CHECK(tokenizer.encode("a", 3, side) == Ids{2, 4, 3});
  }
}

TEST_CASE(
    "a text that something follows has nothing behind it, one that follows nothing around it") {
  const Tokenizer tokenizer = words();
  CHECK(tokenizer.encode_beginning("a b") == Ids{2, 4, 5});
  CHECK(tokenizer.encode_continuation("c d") == Ids{6, 7});
  CHECK(tokenizer.encode_beginning("") == Ids{2});
  CHECK(tokenizer.encode_continuation("").empty());
}

TEST_CASE("another side than right, left and middle is refused") {
  CHECK(parse_truncation_side("left", "truncation_side") == TruncationSide::left);
  CHECK_THROWS_AS(parse_truncation_side("both", "truncation_side"), ConfigError);
}
