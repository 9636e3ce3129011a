#include "searchers/problem/value.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "searchers/problem/error.hpp"

using namespace winnow;

TEST_CASE("a real always shows that it is one") {
  CHECK(to_text(Value(3.0)) == "3.0");
  CHECK(to_text(Value(std::int64_t{3})) == "3");
  CHECK(to_text(Value(1e-5)) == "1e-05");
  CHECK(to_text(Value(1e16)) == "1e+16");
  CHECK(to_text(Value(-2.0)) == "-2.0");
  CHECK(to_text(Value(true)) == "true");
  CHECK(to_text(Value(std::string("adam w"))) == "adam w");
}

TEST_CASE("the text of a real reads back as the same real") {
  for (double real : {0.1, 1.0 / 3, 6.02214076e23, 4.9e-324, 1.7976931348623157e308, -0.0003})
    CHECK(std::strtod(to_text(Value(real)).c_str(), nullptr) == real);
}

TEST_CASE("integers and reals of the same number are different values") {
  CHECK(Value(3.0) != Value(std::int64_t{3}));
}

TEST_CASE("numbers are read from booleans, integers and reals, never from text") {
  CHECK(as_number(Value(true)) == 1);
  CHECK(as_number(Value(std::int64_t{-7})) == -7);
  CHECK(as_number(Value(0.5)) == 0.5);
  CHECK_THROWS_AS(as_number(Value(std::string("0.5"))), BrokenExpectation);
}

TEST_CASE("a value's type has a word for messages") {
  CHECK(type_name(Value(false)) == "a boolean");
  CHECK(type_name(Value(std::int64_t{1})) == "an integer");
  CHECK(type_name(Value(1.0)) == "a number");
  CHECK(type_name(Value(std::string())) == "text");
}
