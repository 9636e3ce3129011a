#include "trainer/data/labels.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "trainer/errors.hpp"
#include "trainer/protocol/nearest_name.hpp"

namespace winnow::train {
namespace {

std::optional<std::int64_t> as_integer(const std::string& label) {
  std::int64_t value = 0;
  const char* const end = label.data() + label.size();
  const auto [stop, error] = std::from_chars(label.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

/// By value if all are integers, the text deciding between "7" and "07"; else by bytes.
void order(std::vector<std::string>& labels) {
  std::vector<std::pair<std::int64_t, std::string>> numbered;
  for (const std::string& label : labels) {
    const std::optional<std::int64_t> value = as_integer(label);
    if (!value) {
      std::sort(labels.begin(), labels.end());
      return;
    }
    numbered.emplace_back(*value, label);
  }
  std::sort(numbered.begin(), numbered.end());
  std::transform(numbered.begin(), numbered.end(), labels.begin(),
                 [](const auto& entry) { return entry.second; });
}

}  // namespace

LabelVocabulary::LabelVocabulary(std::vector<std::string> names) : names_(std::move(names)) {
  const std::set<std::string> distinct(names_.begin(), names_.end());
  expect(distinct.size() == names_.size(), "labels have names of their own");
}

LabelVocabulary LabelVocabulary::of_training_rows(const std::vector<LabelledText>& rows,
                                                  const std::string& source) {
  std::set<std::string> distinct;
  for (const LabelledText& row : rows) distinct.insert(row.label);
  if (distinct.size() < 2) {
    throw ConfigError(
        source,
        fmt::format("all {} rows have the label \"{}\"; a classifier needs at least two labels",
                    rows.size(), rows.empty() ? "" : rows.front().label));
  }
  std::vector<std::string> names(distinct.begin(), distinct.end());
  order(names);
  return LabelVocabulary(std::move(names));
}

std::vector<std::int32_t> LabelVocabulary::ids(const std::vector<LabelledText>& rows,
                                               const std::string& source) const {
  std::unordered_map<std::string, std::int32_t> numbers;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    numbers.emplace(names_[i], static_cast<std::int32_t>(i));
  }
  std::vector<std::int32_t> found;
  found.reserve(rows.size());
  std::map<std::string, std::size_t> unseen;  // label → rows that carry it
  for (const LabelledText& row : rows) {
    const auto number = numbers.find(row.label);
    if (number == numbers.end()) {
      ++unseen[row.label];
    } else {
      found.push_back(number->second);
    }
  }
  std::vector<Fault> faults;
  for (const auto& [label, count] : unseen) {
    const std::string nearest = protocol::nearest_name(label, names_);
    faults.push_back(
        {source,
         fmt::format("the label \"{}\" of {} rows is not in the training rows{}", label, count,
                     nearest.empty() ? fmt::format(", which have {}", fmt::join(names_, ", "))
                                     : fmt::format("; did you mean \"{}\"?", nearest))});
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return found;
}

}  // namespace winnow::train
