#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "orchestrator/report/numbers.hpp"
#include "orchestrator/report/table.hpp"
#include "orchestrator/report/terminal_text.hpp"

using namespace winnow::run;

TEST_CASE("nothing that moves a cursor or turns text around reaches the terminal") {
  CHECK(terminal_text("plain é 字") == "plain é 字");
  CHECK(terminal_text("a\x1b[31mb\rc\nd\x7f") == "a\\x1b[31mb\\x0dc\\x0ad\\x7f");
  CHECK(terminal_text("a\tb") == "a b");
  CHECK(terminal_text("\xc2\x9b"
                      "31m") == "\\x9b31m");  // a control character of two bytes
  CHECK(terminal_text("a\xe2\x80\xae"
                      "b") == "a\\u202eb");
  CHECK(terminal_text("\xff\xc3") == "\\xff\\xc3");
  CHECK(terminal_text(std::string("a\0b", 3)) == "a\\x00b");
}

TEST_CASE("only well-formed UTF-8 counts as a character") {
  CHECK(utf8_length("a") == 1);
  CHECK(utf8_length("é") == 2);
  CHECK(utf8_length("字") == 3);
  CHECK(utf8_length("😀") == 4);
  for (const char* text :
       {"", "\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xc3("}) {
    CHECK(utf8_length(text) == 0);
  }
}

TEST_CASE("a line is cut to its columns, whole characters at a time") {
  CHECK(terminal_line("abcdef", 6) == "abcdef");
  CHECK(terminal_line("abcdef", 5) == "abcd…");
  CHECK(terminal_line("ab\x1b"
                      "c",
                      7) == "ab\\x1bc");
  CHECK(terminal_line("ab\x1b"
                      "c",
                      6) == "ab…");
  CHECK(terminal_line("字字字", 5) == "字字…");
  CHECK(terminal_line("abc", 0) == "");
}

TEST_CASE("numbers are short and say what they are") {
  CHECK(number_text(1.9300000001) == "1.93");
  CHECK(number_text(1e-5) == "1e-05");
  CHECK(number_text(-std::numeric_limits<double>::quiet_NaN()) == "nan");
  CHECK(number_text(-std::numeric_limits<double>::infinity()) == "-inf");
  CHECK(elapsed_text(0.0089) == "9 ms");
  CHECK(elapsed_text(0.84) == "0.8 s");
  CHECK(elapsed_text(42) == "42 s");
  CHECK(elapsed_text(200.4) == "3 min 20 s");
  CHECK(elapsed_text(3599.7) == "1 h 00 min");
  CHECK(elapsed_text(7500) == "2 h 05 min");
}

namespace {

Table small_table() {
  Table table;
  table.columns = {{"name", Table::Align::left}, {"value", Table::Align::right}};
  table.rows = {{"a", "1.5"}, {"longer name", "-12.25"}};
  return table;
}

}  // namespace

TEST_CASE("cells are aligned, numbers to the right, and no line ends in spaces") {
  CHECK(as_text(small_table(), 80) ==
        "name          value\n"
        "a               1.5\n"
        "longer name  -12.25\n");
}

TEST_CASE("a table that is too wide loses the ends of its widest cells") {
  CHECK(as_text(small_table(), 18) ==
        "name         value\n"
        "a              1.5\n"
        "longer na…  -12.25\n");
}

TEST_CASE("no table is wider than it may be, and says when columns are left out") {
  Table table;
  for (int i = 0; i < 30; ++i) table.columns.push_back({"column" + std::to_string(i)});
  table.rows.push_back(std::vector<std::string>(30, "\x1b wide cell é字 of some length"));
  for (std::size_t width = 60; width < 300; width += 7) {
    const std::string text = as_text(table, width);
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = text.find('\n', begin);
      CHECK(terminal_width(std::string_view(text).substr(begin, end - begin)) <= width);
      begin = end + 1;
    }
  }
  CHECK(as_text(table, 60).find("columns do not fit") != std::string::npos);
}

TEST_CASE("CSV quotes what needs it and nothing else") {
  CHECK(csv_line({"a", "b c", ""}) == "a,b c,\n");
  CHECK(csv_line({"a,b", "say \"x\"", "two\nlines"}) ==
        "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"\n");
  CHECK(as_csv(small_table()) == "name,value\na,1.5\nlonger name,-12.25\n");
}
