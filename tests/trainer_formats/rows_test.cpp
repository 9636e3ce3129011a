#include "trainer/data/rows.hpp"

#include <catch2/catch.hpp>

#include "tests/support/temporary_folder.hpp"
#include "trainer/data/label_sets.hpp"
#include "trainer/errors.hpp"

using namespace winnow::train;
using winnow::tests::TemporaryFolder;
using winnow::tests::write_text;
using Rows = std::vector<LabelledText>;

namespace {

Rows rows_of(const std::string& name, const std::string& content, LabelKind kind = LabelKind::one) {
  const TemporaryFolder folder;
  write_text(folder / name, content);
  return read_rows(folder / name, "text", "label", kind);
}

/// The faults with the folder taken off their places.
std::vector<Fault> faults_of(const std::string& name, const std::string& content,
                             LabelKind kind = LabelKind::one) {
  try {
    rows_of(name, content, kind);
  } catch (const ConfigError& error) {
    std::vector<Fault> faults = error.faults();
    for (Fault& fault : faults) fault.place = fault.place.substr(fault.place.find(name));
    return faults;
  }
  return {};
}

}  // namespace

TEST_CASE("JSON lines are rows, labels may be text, integers or booleans") {
  CHECK(rows_of("x.jsonl",
                "{\"text\":\"a\",\"label\":\"pos\",\"other\":[1]}\r\n\n"
                "{\"label\":3,\"text\":\"b\\n\"}\n{\"text\":\"\",\"label\":true}") ==
        Rows{{"a", "pos"}, {"b\n", "3"}, {"", "true"}});
}

TEST_CASE("CSV has quotes, doubled quotes and line ends inside quotes") {
  CHECK(rows_of("x.csv",
                "\xEF\xBB\xBFid,label,text\r\n1,pos,\"a, \"\"b\"\"\r\nc\"\r\n\r\n"
                "2,neg,plain") == Rows{{"a, \"b\"\r\nc", "pos"}, {"plain", "neg"}});
  CHECK(rows_of("x.csv", "text,label\n,1\n\"\",2\n") == Rows{{"", "1"}, {"", "2"}});
  CHECK(rows_of("x.csv", "text,label\n\xC3\xA4,\"x\"\n") == Rows{{"\xC3\xA4", "x"}});
}

TEST_CASE("a faulty CSV record is named by the line where it begins") {
  const std::vector<Fault> faults =
      faults_of("x.csv", "text,label\n\"two\nlines\",1,2\na\"b,1\n\"a\"b,1\na,\n\"open,1\n");
  REQUIRE(faults.size() == 5);
  CHECK(faults[0] == Fault{"x.csv:2", "has 3 fields, the header has 2"});
  CHECK(faults[1] == Fault{"x.csv:4", "a quote inside a field that is not quoted"});
  CHECK(faults[2].place == "x.csv:5");
  CHECK(faults[3] == Fault{"x.csv:6", "\"label\" must not be empty"});
  CHECK(faults[4] == Fault{"x.csv:7", "a quoted field that does not end"});
}

TEST_CASE("CSV bytes that are no text are named, column and place within the field") {
  const std::string content("text,label\ngood,1\ncaf\xE9,1\na\0b,0\na,\xFF\n", 35);
  const std::vector<Fault> faults = faults_of("x.csv", content);
  REQUIRE(faults.size() == 3);
  CHECK(faults[0] ==
        Fault{"x.csv:3", "\"text\" is not UTF-8 text (byte 4 of 4); save the file as UTF-8"});
  CHECK(faults[1] == Fault{"x.csv:4", "\"text\" holds a zero byte (byte 2 of 3); text has none"});
  CHECK(faults[2].message.starts_with("\"label\" is not UTF-8 text"));
  for (const char* name : {"x.csv", "x.jsonl"}) {
    CHECK(faults_of(name, std::string("\xFF\xFEt\0e\0", 6)) ==
          std::vector<Fault>{{name, "is UTF-16 text; save it as UTF-8"}});
  }
}

TEST_CASE("a missing column is named with the nearest one") {
  CHECK(faults_of("x.csv", "txt,label\na,1\n") ==
        std::vector<Fault>{{"x.csv:1", "there is no \"text\"; did you mean \"txt\"?"}});
  CHECK(faults_of("x.csv", "text,text,label\na,b,1\n") ==
        std::vector<Fault>{{"x.csv:1", "the header has the column \"text\" twice"}});
  CHECK(faults_of("x.jsonl", "{\"text\":\"a\",\"Label\":1}\n") ==
        std::vector<Fault>{{"x.jsonl:1", "there is no \"label\"; did you mean \"Label\"?"}});
  CHECK(faults_of("x.jsonl", "{\"review\":\"a\",\"stars\":1}\n") ==
        std::vector<Fault>{{"x.jsonl:1", "there is no \"text\"; there are review, stars"}});
}

TEST_CASE("faulty JSON lines are named one by one") {
  const std::vector<Fault> faults =
      faults_of("x.jsonl",
                "[1]\n{\"text\":1,\"label\":1}\n{\"text\":\"a\",\"label\":0.5}\n"
                "{\"text\":\"a\",\"text\":\"b\",\"label\":1}\n{\"text\"\n\"\xff\"\n"
                "{\"text\":\"a\",\"label\":null}\n{\"text\":\"good\",\"label\":1}\n");
  REQUIRE(faults.size() == 7);
  CHECK(faults[0] == Fault{"x.jsonl:1", "expected a JSON object, found array"});
  CHECK(faults[1] == Fault{"x.jsonl:2", "\"text\" must be text, found number"});
  CHECK_THAT(faults[2].message, Catch::Contains("an integer or a boolean"));
  CHECK_THAT(faults[3].message, Catch::Contains("given twice"));
  CHECK_THAT(faults[4].message, Catch::Contains("not JSON"));
  CHECK_THAT(faults[5].message, Catch::Contains("not UTF-8"));
  CHECK(faults[6].place == "x.jsonl:7");
}

TEST_CASE("a set of labels is a list in any order, in a CSV field as its text") {
  const Rows expected = {{"a", R"(["3","x","y"])"}, {"b", "[]"}, {"c", R"(["true"])"}};
  CHECK(rows_of("x.jsonl",
                "{\"text\":\"a\",\"label\":[\"y\",\"x\",3,\"y\"]}\n"
                "{\"text\":\"b\",\"label\":[]}\n{\"text\":\"c\",\"label\":[true]}\n",
                LabelKind::set) == expected);
  CHECK(rows_of("x.csv", "text,label\na,\"[\"\"y\"\",3,\"\"x\"\"]\"\nb,[]\nc,[true]\n",
                LabelKind::set) == expected);
  const std::vector<Fault> lines =
      faults_of("x.jsonl",
                "{\"text\":\"a\",\"label\":\"x\"}\n{\"text\":\"a\",\"label\":[0.5]}\n"
                "{\"text\":\"a\",\"label\":[\"\"]}\n{\"text\":\"a\",\"label\":[]}\n",
                LabelKind::set);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] ==
        Fault{"x.jsonl:1", "\"label\" must be a list of labels, such as [\"a\", \"b\"]"});
  CHECK(faults_of("x.csv", "text,label\na,x\na,\na,[]\n", LabelKind::set).size() == 2);
}

TEST_CASE("sets of labels become rising class numbers, and unseen labels are named") {
  const Rows rows = {{"a", R"(["10","9"])"}, {"b", "[]"}, {"c", R"(["10"])"}};
  const LabelVocabulary labels = LabelSets::vocabulary(rows, "rows");
  CHECK(labels.names() == std::vector<std::string>{"9", "10"});
  const LabelSets sets(rows, labels, "rows");
  REQUIRE(sets.size() == 3);
  const auto classes = [&](std::size_t row) {
    const std::span<const std::int32_t> of_row = sets.of(row);
    return std::vector<std::int32_t>(of_row.begin(), of_row.end());
  };
  CHECK(classes(0) == std::vector<std::int32_t>{0, 1});
  CHECK(classes(1).empty());
  CHECK(classes(2) == std::vector<std::int32_t>{1});
  CHECK_THROWS_AS(LabelSets({{"d", R"(["11"])"}}, labels, "rows"), ConfigError);
  CHECK_THROWS_AS(LabelSets::vocabulary({{"d", R"(["11"])"}, {"e", "[]"}}, "rows"), ConfigError);
}

TEST_CASE("twenty faults are listed and the rest is counted") {
  std::string content;
  for (int i = 0; i < 50; ++i) content += "{}\n";
  const std::vector<Fault> faults = faults_of("x.jsonl", content);
  REQUIRE(faults.size() == 21);
  CHECK(faults[19].place == "x.jsonl:20");
  CHECK(faults[20] == Fault{"x.jsonl", "and 30 more lines with faults"});
}

TEST_CASE("files without rows, without a known ending, or missing are refused") {
  CHECK(faults_of("x.jsonl", "\n\n") == std::vector<Fault>{{"x.jsonl", "has no rows"}});
  CHECK(faults_of("x.csv", "") == std::vector<Fault>{{"x.csv", "has no rows"}});
  CHECK(faults_of("x.csv", "text,label\n") == std::vector<Fault>{{"x.csv", "has no rows"}});
  CHECK_THAT(faults_of("x.txt", "a").at(0).message, Catch::Contains(".jsonl"));
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(read_rows(folder / "x.csv", "text", "label"), Catch::Contains("no such file"));
}
