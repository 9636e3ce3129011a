#include <catch2/catch.hpp>

#include "orchestrator/config/yaml.hpp"

using namespace winnow::run;

namespace {

struct Reading {
  std::optional<Node> root;
  std::vector<Diagnostic> errors;
};

Reading read(std::string_view text) {
  Diagnostics diagnostics;
  Reading reading{parse_yaml(text, user_file_limits, diagnostics), {}};
  reading.errors = diagnostics.errors();
  return reading;
}

std::string only_code(const Reading& reading) {
  REQUIRE(reading.errors.size() == 1);
  return reading.errors[0].code;
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("every node of a document knows its line and column") {
  const Reading reading = read("a: 1\nb:\n  - x\n  - {c: 'two'}\n");
  REQUIRE(reading.errors.empty());
  const Node& root = *reading.root;
  CHECK(root.entries[1].key_at == Position{2, 1});
  const Node& list = *root.find("b");
  CHECK(list.items[0].at == Position{3, 5});
  CHECK(list.items[1].entries[0].key_at == Position{4, 6});
  CHECK(list.items[1].find("c")->at == Position{4, 9});
  CHECK(list.items[1].find("c")->text == "two");
  CHECK_FALSE(list.items[1].find("c")->plain);
  CHECK(list.items[0].plain);
}

TEST_CASE("JSON is read like YAML") {
  const Reading reading =
      read("{\"a\": [1, true, \"x\\n\\u00e9\"],\n\t\"b\": {\"c\": null}, \"d\":1e-05}");
  REQUIRE(reading.errors.empty());
  CHECK(reading.root->find("a")->items[2].text == "x\n\u00e9");
  CHECK(reading.root->find("b")->find("c")->text == "null");
  CHECK(reading.root->find("d")->text == "1e-05");
}

TEST_CASE("columns count characters and not bytes") {
  const Reading reading = read("{é: 1, é: 2}");
  REQUIRE(only_code(reading) == "duplicate-key");
  CHECK(reading.errors[0].at == Position{1, 8});
}

TEST_CASE("a duplicate key is an error at its second place, at any depth") {
  const Reading reading = read("a:\n  b: 1\n  c: 2\n  b: 3\n");
  CHECK(only_code(reading) == "duplicate-key");
  CHECK(reading.errors[0].at == Position{4, 3});
  CHECK(only_code(read("\"a\": 1\na: 2\n")) == "duplicate-key");
}

TEST_CASE("tags, anchors, aliases and merge keys are refused") {
  CHECK(only_code(read("a: !!int 3\n")) == "tag");
  CHECK(only_code(read("a: !python/object:os.system x\n")) == "tag");
  CHECK(only_code(read("a: &x 3\n")) == "anchor");
  CHECK(only_code(read("a: *x\n")) == "alias");
  CHECK(only_code(read("<<: {a: 1}\n")) == "merge");
}

TEST_CASE("a second document is refused") {
  CHECK(only_code(read("a: 1\n---\nb: 2\n")) == "documents");
}

TEST_CASE("an empty file is an error and not an empty study") {
  CHECK(only_code(read("")) == "empty");
  CHECK(only_code(read("# only a comment\n")) == "empty");
}

TEST_CASE("text that is neither YAML nor JSON has the place where it went wrong") {
  const Reading reading = read("a: 1\nb: [1, 2\nc: 3\n");
  CHECK(only_code(reading) == "syntax");
  CHECK(reading.errors[0].at.line >= 2);
  CHECK_FALSE(reading.root);
  for (const char* text :
       {"a: b: c", "\"open", "{a: 1", "[1,,2]x", "- a\nb: 1", "@x", "a:\n\t- b", "%"}) {
    CAPTURE(text);
    CHECK_FALSE(read(text).errors.empty());
  }
}

TEST_CASE("a byte order mark and the line ends of other systems do not matter") {
  const Reading reading = read(
      "\xef\xbb\xbf"
      "a: 1\r\nb: two\r\n");
  REQUIRE(reading.errors.empty());
  CHECK(reading.root->find("b")->text == "two");
  CHECK(reading.root->find("b")->at == Position{2, 4});
  const Reading lone = read("a: 1\rb: 2\r");
  REQUIRE(lone.errors.empty());
  CHECK(lone.root->find("b")->at.line == 2);
}

TEST_CASE("what is no UTF-8 text is refused where it stands") {
  const Reading latin = read("a: 1\nb: caf\xe9\n");
  CHECK(only_code(latin) == "not-utf8");
  CHECK(latin.errors[0].at == Position{2, 7});
  CHECK(only_code(read(std::string_view("a: \0b\n", 6))) == "not-text");
  CHECK(only_code(read(std::string_view("\xff\xfe"
                                        "a\0",
                                        4))) == "not-utf8");
  CHECK(only_code(read("a: \xed\xa0\x80\n")) == "not-utf8");  // half of a surrogate pair
  CHECK(only_code(read("a: \xc0\xaf\n")) == "not-utf8");      // an overlong slash
  CHECK(only_code(read("a: \xe2\x82")) == "not-utf8");        // cut in the middle
}

TEST_CASE("an escape may not smuggle in what the bytes may not say") {
  CHECK(only_code(read("a: \"x\\0y\"\n")) == "not-text");
  CHECK_FALSE(read("a: \"\\ud83d\"\n").errors.empty());
}

TEST_CASE("a hostile file costs little and ends with an error") {
  CHECK(only_code(read(std::string(2 << 20, 'a'))) == "too-large");
  CHECK_FALSE(read(repeated("[", 1'000'000)).errors.empty());
  CHECK_FALSE(read(repeated("{a: ", 100'000)).errors.empty());
  CHECK_FALSE(read(repeated("- ", 400'000)).errors.empty());
  CHECK(only_code(read("[" + repeated("1,", 20'000) + "1]")) == "too-large");
  CHECK(only_code(read(repeated("[", 40) + repeated("]", 40))) == "too-deep");
  CHECK(read(repeated("[", 32) + repeated("]", 32)).errors.empty());
  CHECK(read("a: " + std::string(1'000'000, 'b')).errors.empty());
}

TEST_CASE("collections cannot be keys") {
  CHECK_FALSE(read("? [a, b]\n: 1\n").errors.empty());
  CHECK_FALSE(read("{{a: 1}: 2}\n").errors.empty());
}

TEST_CASE("a path leads to the deepest node it names") {
  const Reading reading = read("a: {b.c: {d: [x, {e: 1}]}, b: 2}\n");
  REQUIRE(reading.root);
  CHECK(resolve_path(*reading.root, "a.b.c.d[1].e").text == "1");
  CHECK(resolve_path(*reading.root, "a.b").text == "2");
  CHECK(resolve_path(*reading.root, "a.b.c.nothing").find("d") != nullptr);
  CHECK(resolve_path(*reading.root, "a.b.c.d[7]").items.size() == 2);
  CHECK(&resolve_path(*reading.root, "") == &*reading.root);
}

TEST_CASE("cutting or changing any byte of a study never does worse than an error") {
  const std::string good =
      "name: x\nparameters:\n  lr: {min: 1e-5, max: 0.1, scale: log}\n  \"o\": {values: ['a', "
      "\"b\\n\"]}\n"
      "# comment\ntrial: {command: [./a, \"${args}\"]}\nlist:\n  - |\n    text\n  - >-\n    more\n";
  for (std::size_t i = 0; i < good.size(); ++i) {
    const Reading cut = read(good.substr(0, i));
    CHECK((cut.root || !cut.errors.empty()));
    for (const char byte :
         {'\0', '\n', '{', '}', '[', '"', '\'', '&', '*', '!', '\xff', '\t', ':', '|'}) {
      std::string changed = good;
      changed[i] = byte;
      const Reading reading = read(changed);
      CHECK((reading.root || !reading.errors.empty()));
    }
  }
}
