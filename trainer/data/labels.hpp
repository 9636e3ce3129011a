// The labels of a classification task and their class numbers, which depend on the set of labels
// only and not on the order of the rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "trainer/data/rows.hpp"

namespace winnow::train {

class LabelVocabulary {
 public:
  LabelVocabulary() = default;
  /// The distinct labels of the training rows. Integers are ordered by value ("9" before "10"), all
  /// else by bytes. Throws ConfigError, naming the rows' `source`, when there are fewer than two:
  /// nothing to tell apart.
  static LabelVocabulary of_training_rows(const std::vector<LabelledText>& rows,
                                          const std::string& source);
  /// Labels in the order of their class numbers, as saved with a checkpoint. Needs distinct names.
  explicit LabelVocabulary(std::vector<std::string> names);

  std::size_t size() const { return names_.size(); }
  const std::vector<std::string>& names() const { return names_; }

  /// Class numbers of rows. Throws ConfigError naming each unseen label once, with the number of
  /// rows that carry it; `source` says which rows these are, mostly their file.
  std::vector<std::int32_t> ids(const std::vector<LabelledText>& rows,
                                const std::string& source) const;

 private:
  std::vector<std::string> names_;
};

}  // namespace winnow::train
