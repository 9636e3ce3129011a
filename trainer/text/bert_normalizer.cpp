#include "trainer/text/bert_normalizer.hpp"

#include "trainer/text/unicode.hpp"

namespace winnow::train {
namespace {

/// The blocks that BERT treats as one word a character (Devlin et al. 2018, multilingual release):
/// ideographs only; Hangul and kana are written in words. The reference (tokenizers 0.23.2 of npm)
/// begins extension E at U+2B920, not at U+2B820; ids are what it gives.
bool is_ideograph(char32_t c) {
  if (c < 0x3400) return false;
  return (c >= 0x4E00 && c <= 0x9FFF) || c <= 0x4DBF || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0x20000 && c <= 0x2A6DF) || (c >= 0x2A700 && c <= 0x2B73F) ||
         (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) ||
         (c >= 0x2F800 && c <= 0x2FA1F);
}

bool is_dropped(char32_t c) {
  if (c == '\t' || c == '\n' || c == '\r') return false;
  return c == 0xFFFD || is_other(c);
}

std::u32string cleaned(std::u32string_view text) {
  std::u32string clean;
  clean.reserve(text.size());
  for (const char32_t c : text) {
    if (!is_dropped(c)) clean += is_white_space(c) ? U' ' : c;
  }
  return clean;
}

std::u32string with_blanks_around_ideographs(std::u32string_view text) {
  std::u32string spaced;
  spaced.reserve(text.size());
  for (const char32_t c : text) {
    if (is_ideograph(c)) {
      spaced += {U' ', c, U' '};
    } else {
      spaced += c;
    }
  }
  return spaced;
}

std::u32string without_accents(std::u32string_view text) {
  std::u32string plain = decompose(text);
  std::erase_if(plain, is_nonspacing_mark);
  return plain;
}

std::u32string lowered(std::u32string_view text) {
  std::u32string lower;
  lower.reserve(text.size());
  for (const char32_t c : text) append_lower(lower, c);
  return lower;
}

}  // namespace

std::u32string BertNormalizer::normalize(std::u32string_view text) const {
  std::u32string normal = clean_text ? cleaned(text) : std::u32string(text);
  if (handle_chinese_chars) normal = with_blanks_around_ideographs(normal);
  if (strip_accents) normal = without_accents(normal);
  if (lowercase) normal = lowered(normal);
  return normal;
}

std::vector<std::u32string_view> split_words(std::u32string_view text) {
  std::vector<std::u32string_view> words;
  std::size_t begin = 0;
  const auto end_word = [&](std::size_t end) {
    if (end > begin) words.push_back(text.substr(begin, end - begin));
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool blank = is_white_space(text[i]);
    if (!blank && !is_punctuation(text[i])) continue;
    end_word(i);
    if (!blank) words.push_back(text.substr(i, 1));
    begin = i + 1;
  }
  end_word(text.size());
  return words;
}

}  // namespace winnow::train
