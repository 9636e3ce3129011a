#include "trainer/protocol/control.hpp"

#include <catch2/catch.hpp>

using namespace winnow::protocol;

TEST_CASE("a stop comes through with its reason") {
  const std::string line = to_line(Stop{"worse than \"median\"\n"});
  CHECK(line.back() == '\n');
  CHECK(line.find('\n') == line.size() - 1);
  const auto stop = parse_control(line.substr(0, line.size() - 1));
  REQUIRE(stop);
  CHECK(stop->reason == "worse than \"median\"\n");
  CHECK(parse_control(R"({"type":"stop"})")->reason.empty());
}

TEST_CASE("other lines ask for nothing") {
  for (const char* line :
       {"", "stop", "{}", R"({"type":"pause"})", R"({"type":3})", "[]", "\xff"}) {
    CHECK_FALSE(parse_control(line));
  }
}
