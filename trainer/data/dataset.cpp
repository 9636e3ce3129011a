#include "trainer/data/dataset.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <memory>

#include "trainer/errors.hpp"
#include "trainer/text/tokenizer.hpp"

namespace winnow::train {
namespace {

static_assert(std::endian::native == std::endian::little, "hashes are over little-endian arrays");

template <typename Element>
void feed(XXH3_state_t* state, const std::vector<Element>& elements) {
  const std::uint64_t count = elements.size();
  const bool fed = XXH3_128bits_update(state, &count, sizeof count) == XXH_OK &&
                   XXH3_128bits_update(state, elements.data(), count * sizeof(Element)) == XXH_OK;
  expect(fed, "XXH3 takes in any bytes");
}

}  // namespace

TokenDataset::TokenDataset(std::vector<std::int32_t> tokens, std::vector<std::uint64_t> offsets,
                           std::vector<std::int32_t> labels)
    : tokens_(std::move(tokens)), offsets_(std::move(offsets)), labels_(std::move(labels)) {
  expect(offsets_.size() == labels_.size() + 1, "one more offset than rows");
  expect(std::is_sorted(offsets_.begin(), offsets_.end()), "offsets never fall");
  expect(offsets_.front() == 0 && offsets_.back() == tokens_.size(), "offsets cover the tokens");
}

TokenDataset TokenDataset::tokenised(const std::vector<LabelledText>& rows,
                                     const Tokenizer& tokenizer, const LabelVocabulary& labels,
                                     RowLength longest, const std::string& source) {
  std::vector<std::int32_t> label_ids = labels.ids(rows, source);
  TokenDataset dataset = tokenised(rows, tokenizer, longest);
  dataset.labels_ = std::move(label_ids);
  return dataset;
}

TokenDataset TokenDataset::tokenised(const std::vector<LabelledText>& rows,
                                     const Tokenizer& tokenizer, RowLength longest) {
  std::vector<std::int32_t> tokens;
  std::vector<std::uint64_t> offsets = {0};
  offsets.reserve(rows.size() + 1);
  for (const LabelledText& row : rows) {
    const std::vector<std::int32_t> ids = tokenizer.encode(row.text, longest.tokens, longest.side);
    tokens.insert(tokens.end(), ids.begin(), ids.end());
    offsets.push_back(tokens.size());
  }
  return {std::move(tokens), std::move(offsets), std::vector<std::int32_t>(rows.size(), 0)};
}

std::span<const std::int32_t> TokenDataset::tokens(std::size_t row) const {
  return std::span(tokens_).subspan(offsets_[row], offsets_[row + 1] - offsets_[row]);
}

std::size_t TokenDataset::longest() const {
  std::size_t longest = 0;
  for (std::size_t row = 0; row < size(); ++row) longest = std::max(longest, tokens(row).size());
  return longest;
}

std::string TokenDataset::content_hash() const {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(),
                                                                       &XXH3_freeState);
  expect(state != nullptr && XXH3_128bits_reset(state.get()) == XXH_OK, "XXH3 starts");
  feed(state.get(), tokens_);
  feed(state.get(), offsets_);
  const XXH128_hash_t hash = XXH3_128bits_digest(state.get());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace winnow::train
