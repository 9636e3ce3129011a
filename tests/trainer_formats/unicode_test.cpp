#include "trainer/text/unicode.hpp"

#include <catch2/catch.hpp>

#include "trainer/text/bert_normalizer.hpp"

using namespace winnow::train;

TEST_CASE("UTF-8 comes back from decoding and encoding") {
  const std::string text = "a\u00e9\u20ac\U0001F600";
  CHECK(decode_utf8(text) == U"a\u00e9\u20ac\U0001F600");
  CHECK(encode_utf8(decode_utf8(text)) == text);
}

// The examples of table 3-8 to 3-11 in The Unicode Standard 15.0, section 3.9.
TEST_CASE("each maximal part of what is not UTF-8 becomes one replacement character") {
  const std::u32string r = U"\uFFFD";
  CHECK(decode_utf8("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41") ==
        r + r + r + r + r + r + r + r + U"A");
  CHECK(decode_utf8("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41") ==
        r + r + r + r + r + r + r + r + U"A");
  CHECK(decode_utf8("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42") ==
        r + r + r + r + r + U"A" + r + r + U"B");
  CHECK(decode_utf8("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41") == r + r + r + r + U"A");
}

TEST_CASE("canonical decomposition orders marks by class") {
  CHECK(decompose(U"\u1E69") == U"s\u0323\u0307");
  CHECK(decompose(U"s\u0307\u0323") == U"s\u0323\u0307");
  CHECK(decompose(U"\uAC01") == U"\u1100\u1161\u11A8");
  CHECK(decompose(U"\uFB01") == U"\uFB01");  // a compatibility ligature stays
}

TEST_CASE("lower case is full and without context") {
  const auto lower = [](char32_t c) {
    std::u32string out;
    append_lower(out, c);
    return out;
  };
  CHECK(lower(U'A') == U"a");
  CHECK(lower(U'\u0130') == U"i\u0307");
  CHECK(lower(U'\u03A3') == U"\u03C3");
  CHECK(lower(U'\u00DF') == U"\u00DF");
}

TEST_CASE("categories are those of Unicode 8") {
  CHECK(is_nonspacing_mark(0x0301));
  CHECK_FALSE(is_nonspacing_mark(0x0C3C));  // came with 14.0
  CHECK(is_punctuation(0x2014));
  CHECK(is_punctuation('$'));
  CHECK_FALSE(is_punctuation(0x20AC));
  CHECK_FALSE(is_punctuation(0x2E43));  // came with 9.0
  CHECK(is_other(0xE000));
  CHECK(is_other(0x200B));
  CHECK_FALSE(is_other(0x0378));  // unassigned
}

TEST_CASE("accents stay when they are not to be stripped") {
  BertNormalizer normalizer;
  normalizer.strip_accents = false;
  CHECK(normalizer.normalize(U"\u00C9") == U"\u00E9");
  normalizer.lowercase = false;
  CHECK(normalizer.normalize(U"\u00C9\tb") == U"\u00C9 b");
}

TEST_CASE("words end at white space and around punctuation") {
  using Words = std::vector<std::u32string_view>;
  CHECK(split_words(U" it's  a_b ") == Words{U"it", U"'", U"s", U"a", U"_", U"b"});
  CHECK(split_words(U"").empty());
}
