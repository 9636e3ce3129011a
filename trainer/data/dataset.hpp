// Tokenised rows in two flat arrays: what training and evaluation read from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "trainer/data/labels.hpp"
#include "trainer/data/rows.hpp"
#include "trainer/text/truncation.hpp"

namespace winnow::train {

class Tokenizer;

/// The longest row in tokens, special ones included, and what is dropped of a longer one.
struct RowLength {
  std::size_t tokens = 0;
  TruncationSide side = TruncationSide::right;
};

class TokenDataset {
 public:
  TokenDataset() = default;
  /// Tokenises all rows, each to at most `longest` ids. `source` names the rows in faults.
  static TokenDataset tokenised(const std::vector<LabelledText>& rows, const Tokenizer& tokenizer,
                                const LabelVocabulary& labels, RowLength longest,
                                const std::string& source);
  /// Without labels: all are 0.
  static TokenDataset tokenised(const std::vector<LabelledText>& rows, const Tokenizer& tokenizer,
                                RowLength longest);
  /// From arrays: `offsets` has one more entry than there are rows, begins with 0, never falls and
  /// ends with tokens.size(); `labels` has one entry a row.
  TokenDataset(std::vector<std::int32_t> tokens, std::vector<std::uint64_t> offsets,
               std::vector<std::int32_t> labels);

  std::size_t size() const { return labels_.size(); }
  /// Token ids of a row, special tokens included, unpadded.
  std::span<const std::int32_t> tokens(std::size_t row) const;
  std::int32_t label(std::size_t row) const { return labels_[row]; }
  const std::vector<std::int32_t>& labels() const { return labels_; }
  /// Where each row begins among all tokens; the last entry is their total number.
  const std::vector<std::uint64_t>& offsets() const { return offsets_; }
  std::size_t total_tokens() const { return tokens_.size(); }
  /// Tokens of the longest row; 0 without rows.
  std::size_t longest() const;
  /// 32 hexadecimal digits (XXH3, 128 bits) over ids and row borders, not labels: equal for equal
  /// tokens on every machine. Names caches of what a model computes from the tokens alone.
  std::string content_hash() const;

 private:
  std::vector<std::int32_t> tokens_;
  std::vector<std::uint64_t> offsets_ = {0};
  std::vector<std::int32_t> labels_;
};

}  // namespace winnow::train
