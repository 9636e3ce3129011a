#include "trainer/text/word_overlap.hpp"

#include <algorithm>
#include <map>

#include "trainer/text/unicode.hpp"

namespace winnow::train {
namespace {

class WordCollector {
 public:
  void add(char32_t code_point) { word_.push_back(code_point); }
  void end_word() {
    if (!word_.empty()) words_.push_back(encode_utf8(word_));
    word_.clear();
  }
  WordList finish() && {
    end_word();
    return std::move(words_);
  }

 private:
  WordList words_;
  std::u32string word_;
};

/// Counts of each sequence.
std::map<WordList, std::int64_t> counts_of(const WordList& words, std::size_t length) {
  std::map<WordList, std::int64_t> counts;
  for (std::size_t begin = 0; begin + length <= words.size(); ++begin) {
    const auto first = words.begin() + static_cast<std::ptrdiff_t>(begin);
    ++counts[WordList(first, first + static_cast<std::ptrdiff_t>(length))];
  }
  return counts;
}

/// 2·shared / both; 0 of nothing.
double harmonic_mean(std::int64_t shared, std::int64_t both) {
  return both > 0 ? 2.0 * static_cast<double>(shared) / static_cast<double>(both) : 0.0;
}

}  // namespace

WordList words_of(std::string_view text) {
  std::u32string lower;
  for (const char32_t code_point : decode_utf8(text)) append_lower(lower, code_point);
  WordCollector words;
  for (const char32_t code_point : lower) {
    if (is_letter(code_point) || is_number(code_point) || is_nonspacing_mark(code_point)) {
      words.add(code_point);
    } else {
      words.end_word();
    }
  }
  return std::move(words).finish();
}

WordList words_and_marks_of(std::string_view text) {
  WordCollector words;
  for (const char32_t code_point : decode_utf8(text)) {
    const bool mark = is_punctuation(code_point);
    if (mark || is_white_space(code_point)) words.end_word();
    if (is_white_space(code_point)) continue;
    words.add(code_point);
    if (mark) words.end_word();
  }
  return std::move(words).finish();
}

std::int64_t sequences_in(const WordList& words, std::size_t length) {
  return words.size() < length ? 0 : static_cast<std::int64_t>(words.size() - length + 1);
}

std::int64_t shared_sequences(const WordList& ours, const WordList& theirs, std::size_t length) {
  const std::map<WordList, std::int64_t> there = counts_of(theirs, length);
  std::int64_t shared = 0;
  for (const auto& [sequence, count] : counts_of(ours, length)) {
    const auto found = there.find(sequence);
    if (found != there.end()) shared += std::min(count, found->second);
  }
  return shared;
}

double rouge_n(const WordList& generated, const WordList& reference, std::size_t length) {
  return harmonic_mean(shared_sequences(generated, reference, length),
                       sequences_in(generated, length) + sequences_in(reference, length));
}

double rouge_l(const WordList& generated, const WordList& reference) {
  // Row by row of the table of Wagner and Fischer 1974; only the last row is kept.
  std::vector<std::int64_t> longest(reference.size() + 1, 0);
  for (const std::string& word : generated) {
    std::int64_t diagonal = 0;
    for (std::size_t k = 0; k < reference.size(); ++k) {
      const std::int64_t above = longest[k + 1];
      longest[k + 1] = word == reference[k] ? diagonal + 1 : std::max(above, longest[k]);
      diagonal = above;
    }
  }
  return harmonic_mean(longest.back(),
                       static_cast<std::int64_t>(generated.size() + reference.size()));
}

}  // namespace winnow::train
