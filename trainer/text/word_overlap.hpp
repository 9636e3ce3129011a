// How much of one text's words is in another's: what BLEU and ROUGE count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::train {

using WordList = std::vector<std::string>;

/// Runs of letters, marks and numbers in lower case; of English what ROUGE's reference
/// implementation takes without stemming.
WordList words_of(std::string_view text);

/// Words at white space, each punctuation mark a word of its own; case is kept.
WordList words_and_marks_of(std::string_view text);

/// Sequences of `length` words in a row.
std::int64_t sequences_in(const WordList& words, std::size_t length);

/// Of those of `ours` the ones that are in `theirs`, each as often as it is there at most.
std::int64_t shared_sequences(const WordList& ours, const WordList& theirs, std::size_t length);

/// F1 = 2·shared / (sequences of both); 0 where there is none.
double rouge_n(const WordList& generated, const WordList& reference, std::size_t length);

/// F1 of the longest common subsequence.
double rouge_l(const WordList& generated, const WordList& reference);

}  // namespace winnow::train
