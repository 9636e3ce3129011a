// BERT's cleaning of text before words are looked up (Devlin et al. 2018; as coded in the
// "BasicTokenizer" of their release and named "BertNormalizer" in tokenizer.json), and its
// splitting into words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace winnow::train {

struct BertNormalizer {
  bool clean_text = true;            // drop control characters and U+FFFD, make white space a blank
  bool handle_chinese_chars = true;  // put blanks around ideographs
  bool strip_accents = true;         // decompose and drop nonspacing marks
  bool lowercase = true;

  std::u32string normalize(std::u32string_view text) const;
};

/// Words of normalised text: split at white space, which is dropped, and around each punctuation
/// character, which is a word by itself. The views point into `text`.
std::vector<std::u32string_view> split_words(std::u32string_view text);

}  // namespace winnow::train
