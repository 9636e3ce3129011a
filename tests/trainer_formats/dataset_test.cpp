#include "trainer/data/dataset.hpp"

#include <catch2/catch.hpp>

#include "tests/support/temporary_folder.hpp"
#include "trainer/errors.hpp"
#include "trainer/text/tokenizer.hpp"

using namespace winnow::train;
using Names = std::vector<std::string>;

namespace {

std::vector<LabelledText> labelled(const Names& labels) {
  std::vector<LabelledText> rows;
  for (const std::string& label : labels) rows.push_back({"text", label});
  return rows;
}

Names ordered(const Names& labels) {
  return LabelVocabulary::of_training_rows(labelled(labels), "train.csv").names();
}

}  // namespace

TEST_CASE("class numbers depend on the set of labels only") {
  CHECK(ordered({"pos", "neg", "pos"}) == Names{"neg", "pos"});
  CHECK(ordered({"10", "9", "-1"}) == Names{"-1", "9", "10"});
  CHECK(ordered({"10", "9", "a"}) == Names{"10", "9", "a"});
  CHECK(ordered({"07", "7"}) == Names{"07", "7"});
}

TEST_CASE("a single label is nothing to learn") {
  CHECK_THROWS_WITH(ordered({"a", "a"}),
                    Catch::Contains("train.csv: all 2 rows have the label \"a\""));
}

TEST_CASE("labels that training never saw are named and counted") {
  const LabelVocabulary labels({"negative", "positive"});
  CHECK(labels.ids(labelled({"positive", "negative"}), "validation_data") ==
        std::vector<std::int32_t>{1, 0});
  try {
    labels.ids(labelled({"positve", "x", "x"}), "validation_data");
    FAIL("unseen labels were taken");
  } catch (const ConfigError& error) {
    REQUIRE(error.faults().size() == 2);
    CHECK(error.faults()[0].place == "validation_data");
    CHECK_THAT(error.faults()[0].message, Catch::Contains("did you mean \"positive\"?"));
    CHECK_THAT(error.faults()[1].message, Catch::Contains("\"x\" of 2 rows"));
  }
}

TEST_CASE("two labels of one name are a broken expectation") {
  CHECK_THROWS_AS(LabelVocabulary({"a", "a"}), BrokenExpectation);
}

TEST_CASE("a dataset gives back the tokens of its rows") {
  const TokenDataset data({2, 7, 3, 2, 3}, {0, 3, 5}, {1, 0});
  REQUIRE(data.size() == 2);
  CHECK(std::vector(data.tokens(0).begin(), data.tokens(0).end()) ==
        std::vector<std::int32_t>{2, 7, 3});
  CHECK(data.tokens(1).size() == 2);
  CHECK(data.label(0) == 1);
  CHECK(data.longest() == 3);
  CHECK(data.total_tokens() == 5);
  CHECK(TokenDataset().longest() == 0);
}

TEST_CASE("arrays that do not fit together are a broken expectation") {
  CHECK_THROWS_AS(TokenDataset({1, 2}, {0, 2}, {}), BrokenExpectation);
  CHECK_THROWS_AS(TokenDataset({1, 2}, {0, 1}, {0}), BrokenExpectation);
  CHECK_THROWS_AS(TokenDataset({1, 2}, {0, 3, 2}, {0, 0}), BrokenExpectation);
}

TEST_CASE("the content hash knows tokens and row borders, not labels") {
  const std::string hash = TokenDataset({1, 2, 3}, {0, 1, 3}, {0, 1}).content_hash();
  CHECK(hash.size() == 32);
  CHECK(hash.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(TokenDataset({1, 2, 3}, {0, 1, 3}, {1, 1}).content_hash() == hash);
  CHECK(TokenDataset({1, 2, 4}, {0, 1, 3}, {0, 1}).content_hash() != hash);
  CHECK(TokenDataset({1, 2, 3}, {0, 2, 3}, {0, 1}).content_hash() != hash);
}

TEST_CASE("rows are tokenised to the wanted length") {
  const winnow::tests::TemporaryFolder folder;
  winnow::tests::write_text(folder / "tokenizer.json", R"({
    "padding": null, "added_tokens": [],
    "normalizer": {"type": "BertNormalizer"}, "pre_tokenizer": {"type": "BertPreTokenizer"},
    "post_processor": {"type": "TemplateProcessing", "special_tokens": {},
                       "single": [{"Sequence": {"id": "A", "type_id": 0}}]},
    "model": {"type": "WordPiece", "unk_token": "?", "continuing_subword_prefix": "##",
              "max_input_chars_per_word": 9, "vocab": {"[PAD]": 0, "?": 1, "good": 2, "bad": 3}}})");
  const Tokenizer tokenizer = Tokenizer::load(folder / "tokenizer.json");
  const std::vector<LabelledText> rows = {{"good good bad", "1"}, {"odd", "0"}};
  const LabelVocabulary labels = LabelVocabulary::of_training_rows(rows, "train.csv");
  const TokenDataset data = TokenDataset::tokenised(rows, tokenizer, labels, {2}, "train_data");
  CHECK(data.offsets() == std::vector<std::uint64_t>{0, 2, 3});
  CHECK(data.labels() == std::vector<std::int32_t>{1, 0});
  CHECK(data.tokens(1)[0] == 1);
}
