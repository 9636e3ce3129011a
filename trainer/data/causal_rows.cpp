#include "trainer/data/causal_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "trainer/errors.hpp"
#include "trainer/text/tokenizer.hpp"

namespace winnow::train {
namespace {

using Ids = std::vector<std::int32_t>;

// No text is cut before it is divided into rows.
constexpr std::size_t all_ids = std::numeric_limits<std::int32_t>::max();

class DatasetBuilder {
 public:
  void add(std::span<const std::int32_t> ids, std::size_t first_target) {
    tokens_.insert(tokens_.end(), ids.begin(), ids.end());
    offsets_.push_back(tokens_.size());
    first_targets_.push_back(static_cast<std::int32_t>(first_target));
  }
  CausalDataset finish(const std::string& source) && {
    if (first_targets_.empty()) {
      throw ConfigError(source, "has no row of two tokens or more: nothing to learn from");
    }
    std::vector<std::int32_t> labels(first_targets_.size(), 0);
    return {{std::move(tokens_), std::move(offsets_), std::move(labels)},
            std::move(first_targets_)};
  }

 private:
  Ids tokens_;
  std::vector<std::uint64_t> offsets_ = {0};
  std::vector<std::int32_t> first_targets_;
};

void add_plain(DatasetBuilder& rows, const Ids& ids, std::size_t max_length) {
  for (std::size_t begin = 0; begin + 1 < ids.size(); begin += max_length) {
    const std::size_t count = std::min(max_length, ids.size() - begin);
    if (count > 1) rows.add(std::span(ids).subspan(begin, count), 1);
  }
}

void add_completion(DatasetBuilder& rows, Ids prompt, const Ids& completion,
                    std::size_t max_length) {
  // At least one token of the prompt stays: what is learned needs something before it.
  const std::size_t learned = std::min(completion.size(), max_length - 1);
  const std::size_t kept = std::clamp<std::size_t>(max_length - learned, 1, prompt.size());
  prompt.erase(prompt.begin(), prompt.end() - static_cast<std::ptrdiff_t>(kept));
  prompt.insert(prompt.end(), completion.begin(),
                completion.begin() + static_cast<std::ptrdiff_t>(learned));
  rows.add(prompt, kept);
}

/// The ids of a completion: without what the tokenizer puts before every text.
Ids completion_ids(const Tokenizer& tokenizer, const std::string& text) {
  Ids ids = tokenizer.encode(text, all_ids);
  const Ids around = tokenizer.encode("", all_ids);
  const std::size_t before = std::min(around.size(), ids.size());
  if (std::equal(around.begin(), around.begin() + static_cast<std::ptrdiff_t>(before),
                 ids.begin())) {
    ids.erase(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(before));
  }
  return ids;
}

}  // namespace

std::int64_t CausalDataset::targets(std::size_t row) const {
  return static_cast<std::int64_t>(tokens.tokens(row).size()) - first_targets[row];
}

std::int64_t CausalDataset::targets() const {
  std::int64_t sum = 0;
  for (std::size_t row = 0; row < tokens.size(); ++row) sum += targets(row);
  return sum;
}

std::vector<LabelledText> read_causal_texts(const std::filesystem::path& path,
                                            const CausalColumns& columns) {
  if (columns.prompt) return read_rows(path, *columns.prompt, *columns.completion);
  std::vector<LabelledText> texts;
  for (std::string& text : read_texts(path, columns.text)) texts.push_back({std::move(text), ""});
  return texts;
}

CausalDataset causal_dataset(const std::vector<LabelledText>& texts, const CausalColumns& columns,
                             const Tokenizer& tokenizer, std::size_t max_length,
                             std::optional<std::int32_t> end_token, const std::string& source) {
  DatasetBuilder rows;
  std::vector<Fault> faults;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Ids ids = tokenizer.encode(texts[i].text, all_ids);
    if (!columns.prompt) {
      add_plain(rows, ids, max_length);
      continue;
    }
    Ids completion = completion_ids(tokenizer, texts[i].label);
    if (end_token) completion.push_back(*end_token);
    if (ids.empty() || completion.empty()) {
      faults.push_back(
          {source, fmt::format("row {}: prompt and completion need a token each", i + 1)});
    } else {
      add_completion(rows, ids, completion, max_length);
    }
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return std::move(rows).finish(source);
}

CausalDataset read_causal_rows(const std::filesystem::path& path, const CausalColumns& columns,
                               const Tokenizer& tokenizer, std::size_t max_length,
                               std::optional<std::int32_t> end_token) {
  return causal_dataset(read_causal_texts(path, columns), columns, tokenizer, max_length, end_token,
                        path.string());
}

}  // namespace winnow::train
