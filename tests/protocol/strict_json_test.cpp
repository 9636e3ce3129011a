#include "trainer/protocol/strict_json.hpp"

#include <catch2/catch.hpp>

using namespace winnow::protocol;

TEST_CASE("plain JSON is read") {
  CHECK(parse_strict_json(R"( {"a":[1,2.5,"x"],"b":{"a":null}} )").at("a").at(1) == 2.5);
  CHECK(parse_strict_json("\"\xF0\x9F\x98\x80\xE2\x82\xAC\xC3\xA9\"") == "\U0001F600\u20ac\u00e9");
}

TEST_CASE("nesting is limited before anything is built") {
  CHECK_NOTHROW(parse_strict_json("[[[]]]", 3));
  CHECK_THROWS_WITH(parse_strict_json("[[[]]]", 2), "nested more than 2 levels deep");
  CHECK_THROWS_AS(parse_strict_json(std::string(1000000, '[')), JsonFault);
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += "{\"a\":";
  CHECK_THROWS_WITH(parse_strict_json(objects), "nested more than 8 levels deep");
}

TEST_CASE("a name given twice in one object is refused") {
  CHECK_THROWS_WITH(parse_strict_json(R"({"a":1,"b":{},"a":2})"),
                    "the name \"a\" is given twice in one object");
  CHECK_NOTHROW(parse_strict_json(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})"));
  CHECK_THROWS_AS(parse_strict_json(R"([{"x":[{"a":1,"\u0061":2}]}])"), JsonFault);
}

TEST_CASE("text that is not UTF-8 is refused with its place") {
  for (const char* text : {"\"\xff\"", "\"\xC0\xAF\"", "\"\xED\xA0\x80\"", "\"\xF4\x90\x80\x80\"",
                           "\"\xE2\x82\"", "\"\xC3"}) {
    CHECK_THROWS_WITH(parse_strict_json(text), Catch::StartsWith("not UTF-8 text (byte 2"));
  }
}

TEST_CASE("what is not JSON is refused") {
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("nul"), std::string("{} {}"),
        std::string("[1,]"), std::string("NaN"), std::string("1e999"), std::string("\"\\ud800\""),
        std::string("// x\n{}"), std::string("{}\0", 3)}) {
    CHECK_THROWS_WITH(parse_strict_json(text), Catch::StartsWith("not JSON: "));
  }
}
