// Which classes each row belongs to, where it may be any number of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "trainer/data/labels.hpp"
#include "trainer/data/rows.hpp"

namespace winnow::train {

/// The labels in a row's text form of a set (rows.hpp).
std::vector<std::string> labels_in(const std::string& set);

class LabelSets {
 public:
  LabelSets() = default;
  /// Throws ConfigError naming each label that the vocabulary does not have; `source` says which
  /// rows these are.
  LabelSets(const std::vector<LabelledText>& rows, const LabelVocabulary& labels,
            const std::string& source);

  /// The labels of the training rows' sets. Throws ConfigError when there are fewer than two.
  static LabelVocabulary vocabulary(const std::vector<LabelledText>& rows,
                                    const std::string& source);

  std::size_t size() const { return offsets_.size() - 1; }
  /// Class numbers of a row, rising; often none.
  std::span<const std::int32_t> of(std::size_t row) const;

 private:
  std::vector<std::int32_t> classes_;
  std::vector<std::size_t> offsets_ = {0};
};

}  // namespace winnow::train
