#include "trainer/data/causal_rows.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_folder.hpp"
#include "trainer/errors.hpp"
#include "trainer/text/tokenizer.hpp"

using namespace winnow::train;
using winnow::tests::TemporaryFolder;
using winnow::tests::write_text;
using Ids = std::vector<std::int32_t>;

namespace {

/// Letters a … z are the ids 0 … 25, the blank is 26; every text begins with 27.
Tokenizer letters() {
  nlohmann::json vocabulary;
  for (int i = 0; i < 26; ++i) vocabulary[std::string(1, static_cast<char>('a' + i))] = i;
  vocabulary["\u0120"] = 26;
  nlohmann::json file = nlohmann::json::parse(R"({
    "added_tokens": [{"id": 27, "content": "<s>", "normalized": false}], "normalizer": null,
    "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
    "post_processor": {"type": "TemplateProcessing",
      "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                 {"Sequence": {"id": "A", "type_id": 0}}],
      "special_tokens": {"<s>": {"id": "<s>", "ids": [27], "tokens": ["<s>"]}}},
    "model": {"type": "BPE", "merges": []}})");
  file["model"]["vocab"] = vocabulary;
  const TemporaryFolder folder;
  write_text(folder / "tokenizer.json", file.dump());
  return Tokenizer::load(folder / "tokenizer.json");
}

Ids row(const CausalDataset& dataset, std::size_t number) {
  const auto tokens = dataset.tokens.tokens(number);
  return {tokens.begin(), tokens.end()};
}

}  // namespace

TEST_CASE("long texts become several rows, of each of which all but the first token is learned") {
  const TemporaryFolder folder;
  write_text(folder / "texts.txt", "abcdef\r\n\nab\n");
  const CausalDataset dataset =
      read_causal_rows(folder / "texts.txt", {"text", {}, {}}, letters(), 4, {});
  REQUIRE(dataset.tokens.size() == 3);
  CHECK(row(dataset, 0) == Ids{27, 0, 1, 2});
  CHECK(row(dataset, 1) == Ids{3, 4, 5});
  CHECK(row(dataset, 2) == Ids{27, 0, 1});
  CHECK(dataset.completions == std::vector<std::int32_t>{1, 1, 1});
  CHECK(dataset.targets() == 3 + 2 + 2);
}

TEST_CASE("a token left alone at the end of a text is no row") {
  const TemporaryFolder folder;
  write_text(folder / "texts.txt", "abcd\n");
  const CausalDataset dataset =
      read_causal_rows(folder / "texts.txt", {"text", {}, {}}, letters(), 4, {});
  CHECK(dataset.tokens.size() == 1);
}

TEST_CASE("a column of JSON lines or CSV is read, empty texts left out") {
  const TemporaryFolder folder;
  write_text(folder / "a.jsonl", "{\"t\":\"ab\"}\n{\"t\":\"\",\"x\":1}\n{\"t\":\"c\"}\n");
  write_text(folder / "a.csv", "x,t\r\n1,ab\r\n2,\r\n3,c\r\n");
  for (const char* name : {"a.jsonl", "a.csv"}) {
    const CausalDataset dataset = read_causal_rows(folder / name, {"t", {}, {}}, letters(), 8, {});
    REQUIRE(dataset.tokens.size() == 2);
    CHECK(row(dataset, 0) == Ids{27, 0, 1});
    CHECK(row(dataset, 1) == Ids{27, 2});
  }
}

TEST_CASE("of a prompt and its completion the completion and its end are learned") {
  const TemporaryFolder folder;
  write_text(folder / "a.jsonl", "{\"q\":\"abc\",\"a\":\"de\"}\n");
  const CausalColumns columns{"text", "q", "a"};
  const CausalDataset dataset = read_causal_rows(folder / "a.jsonl", columns, letters(), 9, 25);
  CHECK(row(dataset, 0) == Ids{27, 0, 1, 2, 3, 4, 25});
  CHECK(dataset.completions.front() == 4);
  CHECK(dataset.targets(0) == 3);
  // Too long: the prompt loses its beginning, then the completion its end.
  const CausalDataset shorter = read_causal_rows(folder / "a.jsonl", columns, letters(), 5, 25);
  CHECK(row(shorter, 0) == Ids{1, 2, 3, 4, 25});
  CHECK(shorter.completions.front() == 2);
  const CausalDataset shortest = read_causal_rows(folder / "a.jsonl", columns, letters(), 3, 25);
  CHECK(row(shortest, 0) == Ids{2, 3, 4});
  CHECK(shortest.completions.front() == 1);
  CausalColumns cut = columns;
  cut.truncation = TruncationSide::right;
  CHECK(row(read_causal_rows(folder / "a.jsonl", cut, letters(), 5, 25), 0) ==
        Ids{27, 0, 3, 4, 25});
}

TEST_CASE("rows with nothing to learn are refused") {
  const TemporaryFolder folder;
  write_text(folder / "empty.txt", "\n\n");
  CHECK_THROWS_AS(read_causal_rows(folder / "empty.txt", {"t", {}, {}}, letters(), 8, {}),
                  ConfigError);
  write_text(folder / "a.jsonl", "{\"q\":\"abc\",\"a\":\"1\"}\n");  // no id for digits, no end
  CHECK_THROWS_AS(read_causal_rows(folder / "a.jsonl", {"t", "q", "a"}, letters(), 8, {}),
                  ConfigError);
  write_text(folder / "latin.txt", "caf\xe9\n");
  CHECK_THROWS_AS(read_causal_rows(folder / "latin.txt", {"t", {}, {}}, letters(), 8, {}),
                  ConfigError);
}
