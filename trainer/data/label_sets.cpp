#include "trainer/data/label_sets.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace winnow::train {

std::vector<std::string> labels_in(const std::string& set) {
  return nlohmann::json::parse(set).get<std::vector<std::string>>();
}

LabelSets::LabelSets(const std::vector<LabelledText>& rows, const LabelVocabulary& labels,
                     const std::string& source) {
  std::vector<LabelledText> single;  // a row for each label: their faults are counted once
  for (const LabelledText& row : rows) {
    for (std::string& label : labels_in(row.label)) single.push_back({"", std::move(label)});
    offsets_.push_back(single.size());
  }
  classes_ = labels.ids(single, source);
  for (std::size_t row = 0; row < size(); ++row) {
    const auto begin = classes_.begin();
    std::sort(begin + static_cast<std::ptrdiff_t>(offsets_[row]),
              begin + static_cast<std::ptrdiff_t>(offsets_[row + 1]));
  }
}

LabelVocabulary LabelSets::vocabulary(const std::vector<LabelledText>& rows,
                                      const std::string& source) {
  std::vector<LabelledText> single;
  for (const LabelledText& row : rows) {
    for (std::string& label : labels_in(row.label)) single.push_back({"", std::move(label)});
  }
  return LabelVocabulary::of_training_rows(single, source);
}

std::span<const std::int32_t> LabelSets::of(std::size_t row) const {
  return std::span(classes_).subspan(offsets_[row], offsets_[row + 1] - offsets_[row]);
}

}  // namespace winnow::train
