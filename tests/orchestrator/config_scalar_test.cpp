#include <catch2/catch.hpp>

#include "orchestrator/config/scalar.hpp"

using namespace winnow::run;

TEST_CASE("plain scalars mean what YAML 1.2 says") {
  CHECK(meaning_of_plain("3") == Scalar(std::int64_t{3}));
  CHECK(meaning_of_plain("-3") == Scalar(std::int64_t{-3}));
  CHECK(meaning_of_plain("+3") == Scalar(std::int64_t{3}));
  CHECK(meaning_of_plain("3.0") == Scalar(3.0));
  CHECK(meaning_of_plain("3.") == Scalar(3.0));
  CHECK(meaning_of_plain(".5") == Scalar(0.5));
  CHECK(meaning_of_plain("1e-6") == Scalar(1e-6));
  CHECK(meaning_of_plain("-1.5E+3") == Scalar(-1500.0));
  CHECK(meaning_of_plain("true") == Scalar(true));
  CHECK(meaning_of_plain("FALSE") == Scalar(false));
  CHECK(meaning_of_plain("null") == Scalar(Null{}));
  CHECK(meaning_of_plain("~") == Scalar(Null{}));
  CHECK(meaning_of_plain("") == Scalar(Null{}));
}

TEST_CASE("what is no number stays text") {
  for (const char* text : {"adamw", "1.2.3", "1:30", "-", "+", ".", "e5", "1e", "1e+", "--1", "0xg",
                           "10m", "1 2", "nan", "inf", "tRue", "_1", "1-2"}) {
    CAPTURE(text);
    CHECK(meaning_of_plain(text) == Scalar(std::string(text)));
  }
}

TEST_CASE("numbers that mean different things to different readers are refused") {
  for (const char* text : {"1_000", "1_0.5", "0x1F", "0o17", ".inf", "-.INF", ".nan", "1e999",
                           "9223372036854775808", "-9223372036854775809", "1e-999"}) {
    CAPTURE(text);
    CHECK(std::holds_alternative<Unreadable>(meaning_of_plain(text)));
  }
  CHECK(meaning_of_plain("9223372036854775807") ==
        Scalar(std::numeric_limits<std::int64_t>::max()));
}

TEST_CASE("010 is ten and says so, and so do the old words for booleans") {
  CHECK(meaning_of_plain("010") == Scalar(std::int64_t{10}));
  CHECK(trap_in_plain("010"));
  CHECK(trap_in_plain("-007"));
  for (const char* text : {"no", "Yes", "ON", "off"}) {
    CAPTURE(text);
    CHECK(meaning_of_plain(text) == Scalar(std::string(text)));
    CHECK(trap_in_plain(text));
  }
  for (const char* text : {"0", "10", "0.5", "true", "north", "-0"}) {
    CAPTURE(text);
    CHECK_FALSE(trap_in_plain(text));
  }
}

TEST_CASE("a duration needs its unit") {
  CHECK(duration_s("90s") == 90.0);
  CHECK(duration_s("10m") == 600.0);
  CHECK(duration_s("24h") == 86400.0);
  CHECK(duration_s("2d") == 172800.0);
  CHECK(duration_s("1.5h") == 5400.0);
  CHECK(duration_s("0s") == 0.0);
  for (const char* text :
       {"90", "", "s", "10 m", "-5s", "+5s", "5w", "5min", "1e400s", "1h30m", ".s", "5S", "0x5s"}) {
    CAPTURE(text);
    CHECK_FALSE(duration_s(text));
  }
}

TEST_CASE("a duration reads back exactly what was written") {
  for (const double seconds : {1.0, 0.1, 86400.0, 1e7, 1.0 / 3, 5e-324, 1.7e308, 123456.789}) {
    CAPTURE(seconds);
    CHECK(duration_s(duration_text(seconds)) == seconds);
  }
}

TEST_CASE("sizes have a unit, of powers of ten or of two") {
  CHECK(bytes_in("48GiB") == std::int64_t{48} << 30);
  CHECK(bytes_in("1.5kB") == 1500);
  CHECK(bytes_in("7B") == 7);
  CHECK(bytes_in("2TB") == 2'000'000'000'000);
  for (const char* text : {"48", "GiB", "0B", "-1MB", "1 MB", "1mb", "1e40GB", "nanGB", ""}) {
    CHECK_FALSE(bytes_in(text));
  }
}
