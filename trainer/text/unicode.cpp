#include "trainer/text/unicode.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <vector>

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

constexpr char32_t replacement = 0xFFFD;

utf8proc_int32_t signed_code(char32_t code_point) {
  return static_cast<utf8proc_int32_t>(code_point);
}

struct Range {
  char32_t first;
  char32_t last;
};

// Where all marks, punctuation and format characters came after Unicode 8.0. Found by comparing
// every code point alone with the reference (tokenizers 0.23.2 of npm), whose categories end there.
constexpr std::array<Range, 41> later_than_unicode_8 = {
    {{0x61D, 0x61D},     {0x7FD, 0x7FD},     {0x890, 0x8E2},     {0x9FD, 0x9FE},
     {0xA76, 0xA76},     {0xAFA, 0xAFF},     {0xB55, 0xB55},     {0xC04, 0xC3C},
     {0xC77, 0xC77},     {0xC84, 0xC84},     {0xD00, 0xD00},     {0xD3B, 0xD3C},
     {0xD81, 0xD81},     {0xEBA, 0xEBA},     {0xECE, 0xECE},     {0x180F, 0x1886},
     {0x1ABF, 0x1ACE},   {0x1B7D, 0x1B7E},   {0x1DF6, 0x1DFB},   {0x2E43, 0x2E5D},
     {0xA82C, 0xA82C},   {0xA8C5, 0xA8C5},   {0xA8FF, 0xA8FF},   {0xA9BD, 0xA9BD},
     {0x10D24, 0x10F89}, {0x11070, 0x11074}, {0x110C2, 0x110CD}, {0x111CF, 0x111CF},
     {0x1123E, 0x11241}, {0x1133B, 0x1133B}, {0x11438, 0x1145E}, {0x11660, 0x1166C},
     {0x116B9, 0x116B9}, {0x1182F, 0x11FFF}, {0x12FF1, 0x12FF2}, {0x13430, 0x13455},
     {0x16E97, 0x16F4F}, {0x16FE2, 0x16FE4}, {0x1CF00, 0x1CF46}, {0x1E000, 0x1E4EF},
     {0x1E944, 0x1E95F}}};

// Letters and numbers of Unicode 15.1 and 16.0, which utf8proc 2.8 does not know yet. Found by
// asking the reference (tokenizers 0.23.2 of npm, whose patterns go by 16.0) about every code
// point.
constexpr std::array<Range, 22> letters_after_unicode_15 = {
    {{0x1C89, 0x1C8A},   {0xA7CB, 0xA7CD},   {0xA7DA, 0xA7DC},   {0x105C0, 0x105F3},
     {0x10D4A, 0x10D65}, {0x10D6F, 0x10D85}, {0x10EC2, 0x10EC4}, {0x11380, 0x11389},
     {0x1138B, 0x1138B}, {0x1138E, 0x1138E}, {0x11390, 0x113B5}, {0x113B7, 0x113B7},
     {0x113D1, 0x113D1}, {0x113D3, 0x113D3}, {0x11BC0, 0x11BE0}, {0x13460, 0x143FA},
     {0x16100, 0x1611D}, {0x16D40, 0x16D6C}, {0x18CFF, 0x18CFF}, {0x1E5D0, 0x1E5ED},
     {0x1E5F0, 0x1E5F0}, {0x2EBF0, 0x2EE5D}}};
constexpr std::array<Range, 7> numbers_after_unicode_15 = {{{0x10D40, 0x10D49},
                                                            {0x116D0, 0x116E3},
                                                            {0x11BF0, 0x11BF9},
                                                            {0x16130, 0x16139},
                                                            {0x16D70, 0x16D79},
                                                            {0x1CCF0, 0x1CCF9},
                                                            {0x1E5F1, 0x1E5FA}}};

// Marks that the reference's normalisation (tokenizers 0.23.2 of npm) does not know as such: they
// came after its tables were made, and it neither orders them nor composes across them.
constexpr std::array<Range, 36> marks_not_ordered = {
    {{0x7FD, 0x7FD},     {0x898, 0x89F},     {0x8CA, 0x8D3},     {0x9FE, 0x9FE},
     {0xC3C, 0xC3C},     {0xD3B, 0xD3C},     {0xEBA, 0xEBA},     {0x1715, 0x1715},
     {0x1ABF, 0x1ACE},   {0x1DF6, 0x1DFA},   {0xA82C, 0xA82C},   {0x10D24, 0x10D27},
     {0x10EAB, 0x10EAC}, {0x10EFD, 0x10EFF}, {0x10F46, 0x10F50}, {0x10F82, 0x10F85},
     {0x11070, 0x11070}, {0x1133B, 0x1133B}, {0x1145E, 0x1145E}, {0x11839, 0x1183A},
     {0x1193D, 0x1193E}, {0x11943, 0x11943}, {0x119E0, 0x119E0}, {0x11A34, 0x11A34},
     {0x11A47, 0x11A47}, {0x11A99, 0x11A99}, {0x11D42, 0x11D42}, {0x11D44, 0x11D45},
     {0x11D97, 0x11D97}, {0x11F41, 0x11F42}, {0x16FF0, 0x16FF1}, {0x1E08F, 0x1E08F},
     {0x1E130, 0x1E136}, {0x1E2AE, 0x1E2AE}, {0x1E2EC, 0x1E2EF}, {0x1E4EC, 0x1E4EF}}};

template <std::size_t count>
bool is_in(const std::array<Range, count>& ranges, char32_t code_point) {
  const auto* range = std::lower_bound(ranges.begin(), ranges.end(), code_point,
                                       [](const Range& r, char32_t c) { return r.last < c; });
  return range != ranges.end() && range->first <= code_point;
}

/// The general category in Unicode 8.0, as far as marks, punctuation and control are concerned.
utf8proc_category_t category(char32_t code_point) {
  if (code_point == 0x166D || code_point == 0x111C9) return UTF8PROC_CATEGORY_PO;  // So, Mn later
  if (code_point == 0x1734) return UTF8PROC_CATEGORY_MN;                           // Mc later
  return is_in(later_than_unicode_8, code_point) ? UTF8PROC_CATEGORY_CN
                                                 : utf8proc_category(signed_code(code_point));
}

/// How many bytes a lead byte announces; 0 for one that cannot lead.
std::size_t announced_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;  // a continuation, or an overlong form
  if (lead < 0xE0) return 2;
  if (lead < 0xF0) return 3;
  return lead < 0xF5 ? 4 : 0;
}

/// Whether `byte` may follow `lead` directly (table 3-7 of the standard: no overlong forms, no
/// surrogates, nothing beyond U+10FFFF).
bool may_be_second(unsigned char lead, unsigned char byte) {
  const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  return byte >= low && byte <= high;
}

/// Decodes what begins at text[place] and moves `place` behind it.
char32_t decode_one(std::string_view text, std::size_t& place) {
  const auto lead = static_cast<unsigned char>(text[place++]);
  const std::size_t length = announced_length(lead);
  if (length == 1) return lead;
  if (length == 0) return replacement;
  char32_t code_point = lead & (0x7Fu >> length);
  for (std::size_t k = 1; k < length; ++k) {
    if (place == text.size()) return replacement;
    const auto byte = static_cast<unsigned char>(text[place]);
    const bool fits = k == 1 ? may_be_second(lead, byte) : (byte & 0xC0u) == 0x80u;
    if (!fits) return replacement;  // the byte is looked at again, as the start of what follows
    code_point = (code_point << 6) | (byte & 0x3Fu);
    ++place;
  }
  return code_point;
}

/// Puts marks that follow a base into the order of their combining classes (section 3.11, D109).
void order_marks(std::u32string& text) {
  const auto combining_class = [](char32_t code_point) {
    return utf8proc_get_property(signed_code(code_point))->combining_class;
  };
  for (auto begin = text.begin(); begin != text.end();) {
    if (*begin < 0x300 || combining_class(*begin) == 0) {  // the first mark is U+0300
      ++begin;
      continue;
    }
    auto end = begin;
    while (end != text.end() && combining_class(*end) != 0) ++end;
    std::stable_sort(begin, end, [&](char32_t a, char32_t b) {
      return combining_class(a) < combining_class(b);
    });
    begin = end;
  }
}

/// NFC by utf8proc's tables.
std::u32string compose_stretch(std::u32string_view text) {
  const std::u32string decomposed = decompose(text);
  std::vector<utf8proc_int32_t> buffer(decomposed.begin(), decomposed.end());
  buffer.push_back(0);
  const utf8proc_ssize_t length =
      utf8proc_normalize_utf32(buffer.data(), static_cast<utf8proc_ssize_t>(decomposed.size()),
                               static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE));
  expect(length >= 0, "decomposed text can be composed");
  return {buffer.begin(), buffer.begin() + length};
}

}  // namespace

std::u32string decode_utf8(std::string_view text) {
  std::u32string decoded;
  decoded.reserve(text.size());
  for (std::size_t place = 0; place < text.size();) decoded += decode_one(text, place);
  return decoded;
}

void append_utf8(std::string& out, char32_t code_point) {
  const auto byte = [&](char32_t bits) { out += static_cast<char>(bits); };
  if (code_point < 0x80) {
    byte(code_point);
  } else if (code_point < 0x800) {
    byte(0xC0 | (code_point >> 6));
    byte(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    byte(0xE0 | (code_point >> 12));
    byte(0x80 | ((code_point >> 6) & 0x3F));
    byte(0x80 | (code_point & 0x3F));
  } else {
    byte(0xF0 | (code_point >> 18));
    byte(0x80 | ((code_point >> 12) & 0x3F));
    byte(0x80 | ((code_point >> 6) & 0x3F));
    byte(0x80 | (code_point & 0x3F));
  }
}

std::string encode_utf8(std::u32string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char32_t code_point : text) append_utf8(encoded, code_point);
  return encoded;
}

bool is_other(char32_t code_point) {
  if (code_point < 0x80) return code_point < 0x20 || code_point == 0x7F;
  switch (category(code_point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
      return true;
    default:
      return false;
  }
}

bool is_nonspacing_mark(char32_t code_point) {
  constexpr char32_t first_mark = 0x300;
  return code_point >= first_mark && category(code_point) == UTF8PROC_CATEGORY_MN;
}

bool is_white_space(char32_t code_point) {
  // The whole property (PropList.txt); the standard adds to it about never.
  if (code_point < 0x80) return code_point == ' ' || (code_point >= '\t' && code_point <= '\r');
  return code_point == 0x85 || code_point == 0xA0 || code_point == 0x1680 ||
         (code_point >= 0x2000 && code_point <= 0x200A) || code_point == 0x2028 ||
         code_point == 0x2029 || code_point == 0x202F || code_point == 0x205F ||
         code_point == 0x3000;
}

bool is_punctuation(char32_t code_point) {
  if (code_point < 0x80) {
    return (code_point >= '!' && code_point <= '/') || (code_point >= ':' && code_point <= '@') ||
           (code_point >= '[' && code_point <= '`') || (code_point >= '{' && code_point <= '~');
  }
  switch (category(code_point)) {
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
      return true;
    default:
      return false;
  }
}

bool is_letter(char32_t code_point) {
  if (code_point < 0x80) {
    const char32_t lower = code_point | 0x20;
    return lower >= 'a' && lower <= 'z';
  }
  const utf8proc_category_t found = utf8proc_category(signed_code(code_point));
  if (found >= UTF8PROC_CATEGORY_LU && found <= UTF8PROC_CATEGORY_LO) return true;
  return found == UTF8PROC_CATEGORY_CN && is_in(letters_after_unicode_15, code_point);
}

bool is_number(char32_t code_point) {
  if (code_point < 0x80) return code_point >= '0' && code_point <= '9';
  const utf8proc_category_t found = utf8proc_category(signed_code(code_point));
  if (found >= UTF8PROC_CATEGORY_ND && found <= UTF8PROC_CATEGORY_NO) return true;
  return found == UTF8PROC_CATEGORY_CN && is_in(numbers_after_unicode_15, code_point);
}

std::u32string compose(std::u32string_view text) {
  // Below U+0300 nothing combines and everything is composed.
  if (std::all_of(text.begin(), text.end(), [](char32_t c) { return c < 0x300; })) {
    return std::u32string(text);
  }
  std::u32string composed;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && !is_in(marks_not_ordered, text[i])) continue;
    composed += compose_stretch(text.substr(begin, i - begin));
    if (i < text.size()) composed += text[i];
    begin = i + 1;
  }
  return composed;
}

std::u32string decompose(std::u32string_view text) {
  // No canonical decomposition is longer than 4 code points (Unicode Standard Annex 15, table 8).
  std::array<utf8proc_int32_t, 4> parts{};
  std::u32string decomposed;
  decomposed.reserve(text.size());
  for (const char32_t code_point : text) {
    if (code_point < 0xC0) {  // the first that decomposes is U+00C0
      decomposed += code_point;
      continue;
    }
    const utf8proc_ssize_t count = utf8proc_decompose_char(
        signed_code(code_point), parts.data(), static_cast<utf8proc_ssize_t>(parts.size()),
        UTF8PROC_DECOMPOSE, nullptr);
    expect(count >= 0 && count <= static_cast<utf8proc_ssize_t>(parts.size()),
           "a canonical decomposition fits");
    for (utf8proc_ssize_t i = 0; i < count; ++i) {
      decomposed += static_cast<char32_t>(parts[static_cast<std::size_t>(i)]);
    }
  }
  order_marks(decomposed);
  return decomposed;
}

void append_lower(std::u32string& out, char32_t code_point) {
  if (code_point < 0x80) {
    out += code_point >= 'A' && code_point <= 'Z' ? code_point + ('a' - 'A') : code_point;
  } else if (code_point == 0x130) {  // the one unconditional entry of SpecialCasing.txt
    out += U"i\u0307";
  } else {
    out += static_cast<char32_t>(utf8proc_tolower(signed_code(code_point)));
  }
}

}  // namespace winnow::train
