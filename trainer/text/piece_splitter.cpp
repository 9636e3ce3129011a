#include "trainer/text/piece_splitter.hpp"

#include <algorithm>
#include <array>

#include "trainer/text/unicode.hpp"

namespace winnow::train {
namespace {

// The three as they stand in published files; \p{N} differs in the last two.
constexpr std::string_view gpt2_regex =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr std::string_view qwen_regex =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*)"
    R"(|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view llama_regex =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*)"
    R"(|\s*[\r\n]+|\s+(?!\S)|\s+)";

enum class Kind { letter, number, space, other };

Kind kind_of(char32_t c) {
  if (is_letter(c)) return Kind::letter;
  if (is_number(c)) return Kind::number;
  return is_white_space(c) ? Kind::space : Kind::other;
}

bool is_line_end(char32_t c) { return c == '\r' || c == '\n'; }

class Scanner {
 public:
  Scanner(std::u32string_view text, PiecePattern pattern) : text_(text), pattern_(pattern) {}

  /// Where the piece that begins at `begin` ends.
  std::size_t end_of_piece(std::size_t begin) const {
    return pattern_ == PiecePattern::gpt2 ? end_of_gpt2(begin) : end_of_later(begin);
  }

 private:
  std::size_t end_of_gpt2(std::size_t begin) const {
    if (const std::size_t end = end_of_contraction(begin); end > begin) return end;
    const bool blank = text_[begin] == ' ' && begin + 1 < text_.size();
    const std::size_t word = blank && kind(begin + 1) != Kind::space ? begin + 1 : begin;
    if (kind(word) == Kind::space) return end_of_space(begin);
    return end_of_run(word, kind(word));
  }

  std::size_t end_of_later(std::size_t begin) const {
    if (const std::size_t end = end_of_contraction(begin); end > begin) return end;
    const Kind first = kind(begin);
    if (first == Kind::letter) return end_of_run(begin, Kind::letter);
    const bool letter_next = begin + 1 < text_.size() && kind(begin + 1) == Kind::letter;
    if (first != Kind::number && !is_line_end(text_[begin]) && letter_next) {
      return end_of_run(begin + 1, Kind::letter);
    }
    if (first == Kind::number) {
      const std::size_t most = pattern_ == PiecePattern::llama3 ? 3 : 1;
      return std::min(begin + most, end_of_run(begin, Kind::number));
    }
    const bool blank = text_[begin] == ' ' && begin + 1 < text_.size();
    const std::size_t signs = blank && kind(begin + 1) == Kind::other ? begin + 1 : begin;
    if (kind(signs) != Kind::other) return end_of_space_or_line(begin);
    std::size_t end = end_of_run(signs, Kind::other);
    while (end < text_.size() && is_line_end(text_[end])) ++end;
    return end;
  }

  /// 's 't 're 've 'm 'll 'd; behind `begin` if none is there. The later patterns ignore case, and
  /// ſ (U+017F) is an s then.
  std::size_t end_of_contraction(std::size_t begin) const {
    if (text_[begin] != '\'' || begin + 1 >= text_.size()) return begin;
    const char32_t first = folded(text_[begin + 1]);
    if (first == 's' || first == 't' || first == 'm' || first == 'd') return begin + 2;
    if (begin + 2 >= text_.size()) return begin;
    const char32_t second = folded(text_[begin + 2]);
    const bool two = (first == 'r' && second == 'e') || (first == 'v' && second == 'e') ||
                     (first == 'l' && second == 'l');
    return two ? begin + 3 : begin;
  }

  char32_t folded(char32_t c) const {
    if (pattern_ == PiecePattern::gpt2) return c;
    if (c == 0x17F) return 's';
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  }

  /// \s*[\r\n]+ up to the last line end of the run, else as end_of_space().
  std::size_t end_of_space_or_line(std::size_t begin) const {
    const std::size_t end = end_of_run(begin, Kind::space);
    for (std::size_t last = end; last > begin; --last) {
      if (is_line_end(text_[last - 1])) return last;
    }
    return end_of_space(begin);
  }

  /// \s+(?!\S)|\s+: the last blank before a word is left to the word, unless it is the only one.
  std::size_t end_of_space(std::size_t begin) const {
    const std::size_t end = end_of_run(begin, Kind::space);
    return end == text_.size() || end - begin == 1 ? end : end - 1;
  }

  std::size_t end_of_run(std::size_t begin, Kind wanted) const {
    std::size_t end = begin;
    while (end < text_.size() && kind(end) == wanted) ++end;
    return end;
  }

  Kind kind(std::size_t place) const { return kind_of(text_[place]); }

  std::u32string_view text_;
  PiecePattern pattern_;
};

}  // namespace

std::optional<PiecePattern> pattern_of_regex(std::string_view regex) {
  if (regex == gpt2_regex) return PiecePattern::gpt2;
  if (regex == qwen_regex) return PiecePattern::qwen2_5;
  if (regex == llama_regex) return PiecePattern::llama3;
  return std::nullopt;
}

std::vector<std::u32string_view> split_pieces(std::u32string_view text, PiecePattern pattern) {
  std::vector<std::u32string_view> pieces;
  if (text.empty()) return pieces;
  if (pattern == PiecePattern::whole) return {text};
  const Scanner scanner(text, pattern);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = scanner.end_of_piece(begin);
    pieces.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return pieces;
}

}  // namespace winnow::train
