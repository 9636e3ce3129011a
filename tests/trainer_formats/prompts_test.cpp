#include "trainer/data/prompts.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "tests/support/temporary_folder.hpp"
#include "trainer/errors.hpp"

using namespace winnow::train;
using winnow::tests::TemporaryFolder;
using winnow::tests::write_text;

namespace {

/// Texts t0 … t11; every fourth one is rare.
std::vector<LabelledText> pool() {
  std::vector<LabelledText> rows;
  for (int i = 0; i < 12; ++i) {
    rows.push_back({"t" + std::to_string(i), i % 4 == 0 ? "rare" : "usual"});
  }
  return rows;
}

PromptSettings settings(std::size_t examples, FewShotChoice choice) {
  return {PromptTemplate::parse("{examples}{text} is", ""), "", examples, choice, 7};
}

/// The solved rows in a prompt of the form above: text and label.
std::vector<std::pair<std::string, std::string>> shown(const std::string& prompt) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (std::size_t begin = 0;;) {
    const std::size_t is = prompt.find(" is", begin), end = prompt.find("\n\n", begin);
    if (end == std::string::npos) return rows;
    rows.emplace_back(prompt.substr(begin, is - begin), prompt.substr(is + 3, end - is - 3));
    begin = end + 2;
  }
}

}  // namespace

TEST_CASE("without examples only the template is filled, and the rest of a row stays") {
  const PromptWriter writer(
      {PromptTemplate::parse("{instruction} {text}?", ""), "Say", 0, FewShotChoice::random, 0},
      pool());
  const std::vector<LabelledText> written = writer.written({{"x", "label", {}}});
  CHECK(written == std::vector<LabelledText>{{"Say x?", "label", {}}});
}

TEST_CASE("solved rows come from the pool with their labels, never the row's own text") {
  for (const FewShotChoice choice : {FewShotChoice::first, FewShotChoice::random,
                                     FewShotChoice::balanced, FewShotChoice::similar}) {
    const std::vector<LabelledText> rows = pool();
    const PromptWriter writer(settings(3, choice), rows);
    for (const LabelledText& row : rows) {
      const std::string prompt = writer.prompt({" " + row.text, row.label});
      CHECK(prompt.ends_with(" " + row.text + " is"));
      const auto solved = shown(prompt);
      REQUIRE(solved.size() == 3);
      std::set<std::string> texts;
      for (const auto& [text, label] : solved) {
        texts.insert(text);
        const LabelledText found{text, label};
        CHECK(std::find(rows.begin(), rows.end(), found) != rows.end());
      }
      CHECK(texts.size() == 3);
      CHECK_FALSE(texts.contains(row.text));
    }
  }
}

TEST_CASE("the first rows are those of the file, drawn ones differ by row and seed") {
  using Shown = std::vector<std::pair<std::string, std::string>>;
  const LabelledText row{"new", "usual"};
  CHECK(shown(PromptWriter(settings(2, FewShotChoice::first), pool()).prompt(row)) ==
        Shown{{"t0", "rare"}, {"t1", "usual"}});
  const PromptWriter drawn(settings(3, FewShotChoice::random), pool());
  CHECK(drawn.prompt(row) == drawn.prompt(row));
  std::set<Shown> different;
  for (int i = 0; i < 40; ++i) {
    different.insert(shown(drawn.prompt({"new " + std::to_string(i), ""})));
  }
  CHECK(different.size() > 6);  // of 12 beginnings 40 draws miss half with p < 1e-8
  PromptSettings other = settings(3, FewShotChoice::random);
  other.seed = 8;
  CHECK(PromptWriter(other, pool()).prompt(row) != drawn.prompt(row));
}

TEST_CASE("balanced rows have each completion as often, as long as there are some") {
  const PromptWriter writer(settings(6, FewShotChoice::balanced), pool());
  std::map<std::string, int> labels;
  for (const auto& [text, label] : shown(writer.prompt({"new", ""}))) ++labels[label];
  CHECK(labels == std::map<std::string, int>{{"rare", 3}, {"usual", 3}});
}

TEST_CASE("of similar rows the most alike one stands last") {
  const std::vector<LabelledText> rows = {
      {"the sea was calm", "a"}, {"a red house", "b"}, {"the calm blue sea", "c"}, {"dogs", "d"}};
  const PromptWriter writer(settings(3, FewShotChoice::similar), rows);
  const auto solved = shown(writer.prompt({"A blue sea, so calm", ""}));
  REQUIRE(solved.size() == 3);
  CHECK(solved[2].second == "c");
  CHECK(solved[1].second == "a");
  CHECK(solved[0].second == "b");
}

TEST_CASE("too few rows to show are refused by the setting's name") {
  const std::vector<LabelledText> rows = {{"a", "x"}, {" a ", "x"}, {"b", "y"}};
  const PromptWriter writer(settings(2, FewShotChoice::first), rows);
  CHECK_NOTHROW(writer.prompt({"c", ""}));
  try {
    writer.prompt({"b", ""});
    FAIL("a and b are the only texts");
  } catch (const ConfigError& error) {
    CHECK(error.faults().front().place == "few_shot_rows");
  }
}

TEST_CASE("further columns are read for slots, from JSON lines and CSV, faults named by line") {
  const TemporaryFolder folder;
  write_text(folder / "a.jsonl",
             "{\"q\":\"x\",\"a\":\"y\",\"n\":3,\"z\":[]}\n{\"q\":\"x\",\"a\":\"y\",\"n\":true}\n");
  write_text(folder / "a.csv", "n,a,q\n3,y,x\ntrue,y,x\n");
  for (const char* name : {"a.jsonl", "a.csv"}) {
    const auto rows = read_rows(folder / name, "q", "a", LabelKind::one, {"n"});
    CHECK(rows == std::vector<LabelledText>{{"x", "y", {"3"}}, {"x", "y", {"true"}}});
    CHECK_THROWS_AS(read_rows(folder / name, "q", "a", LabelKind::one, {"m"}), ConfigError);
  }
  CHECK_THROWS_AS(read_rows(folder / "a.jsonl", "q", "a", LabelKind::one, {"z"}), ConfigError);
  const PromptTemplate form = PromptTemplate::parse("{n}: {text}", "");
  const PromptWriter writer({form, "", 1, FewShotChoice::first, 0}, {{"s", "t", {"9"}}});
  CHECK(writer.prompt({"x", "y", {"3"}}) == "9: st\n\n3: x");
}
