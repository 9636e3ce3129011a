#include "trainer/data/prompts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "trainer/data/batches.hpp"
#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

/// Numbers of the rows, those of each completion in turns; within one in the order given.
std::vector<std::uint32_t> in_turns(const std::vector<std::uint32_t>& order,
                                    const std::vector<LabelledText>& rows) {
  std::map<std::string, std::uint32_t> seen;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> turns;  // the how manieth of its completion
  for (const std::uint32_t row : order) turns.emplace_back(seen[rows[row].label]++, row);
  std::stable_sort(turns.begin(), turns.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::uint32_t> result;
  for (const auto& [turn, row] : turns) result.push_back(row);
  return result;
}

}  // namespace

FewShotChoice parse_few_shot_choice(const std::string& name, const std::string& place) {
  if (name == "first") return FewShotChoice::first;
  if (name == "random") return FewShotChoice::random;
  if (name == "balanced") return FewShotChoice::balanced;
  if (name == "similar") return FewShotChoice::similar;
  throw ConfigError(place, "must be first, random, balanced or similar, found " + name);
}

PromptWriter::PromptWriter(const PromptSettings& settings, const std::vector<LabelledText>& pool)
    : settings_(settings) {
  if (settings_.examples == 0) return;
  pool_ = pool;
  for (const LabelledText& row : pool_) keys_.push_back(key_of(row.text));
  order_.resize(pool_.size());
  std::iota(order_.begin(), order_.end(), 0u);
  const FewShotChoice choice = settings_.choice;
  if (choice == FewShotChoice::random || choice == FewShotChoice::balanced) {
    order_ = epoch_order(pool_.size(), settings_.seed, 0);
  }
  if (choice == FewShotChoice::balanced) order_ = in_turns(order_, pool_);
  if (choice != FewShotChoice::similar) return;
  std::vector<std::string_view> texts;
  for (const LabelledText& row : pool_) texts.push_back(row.text);
  index_ = std::make_unique<WordIndex>(texts);
}

std::string PromptWriter::examples_for(const LabelledText& row) const {
  if (settings_.examples == 0) return "";
  const TextKey own = key_of(row.text);
  std::vector<std::uint32_t> shown;
  const auto show = [&](std::uint32_t one) {
    const bool new_text =
        keys_[one] != own && std::none_of(shown.begin(), shown.end(), [&](std::uint32_t before) {
          return keys_[before] == keys_[one];
        });
    if (new_text && shown.size() < settings_.examples) shown.push_back(one);
  };
  if (index_) {
    const std::vector<std::uint32_t> alike = index_->most_alike(row.text);
    for (const std::uint32_t one : alike) show(one);
  }
  // Drawn ones begin elsewhere in the same circle for each text.
  const std::size_t begin =
      settings_.choice == FewShotChoice::random && !order_.empty() ? own.high % order_.size() : 0;
  for (std::size_t k = 0; k < order_.size() && shown.size() < settings_.examples; ++k) {
    show(order_[(begin + k) % order_.size()]);
  }
  if (shown.size() < settings_.examples) {
    throw ConfigError("few_shot_rows", fmt::format("is {}, but there are only {} training rows "
                                                   "with another text to show",
                                                   settings_.examples, shown.size()));
  }
  if (settings_.choice == FewShotChoice::similar) std::reverse(shown.begin(), shown.end());
  std::string text;
  for (const std::uint32_t one : shown) {
    const LabelledText& solved = pool_[one];
    text += settings_.form.filled_example({solved.text, solved.slots, settings_.instruction, ""}) +
            solved.label + "\n\n";
  }
  return text;
}

std::string PromptWriter::prompt(const LabelledText& row) const {
  return settings_.form.filled({row.text, row.slots, settings_.instruction, examples_for(row)});
}

std::vector<LabelledText> PromptWriter::written(std::vector<LabelledText> rows) const {
  for (LabelledText& row : rows) row.text = prompt(row);
  return rows;
}

}  // namespace winnow::train
