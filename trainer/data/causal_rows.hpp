// Rows that a language model learns from: token ids, and from which one on they are learned.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "trainer/data/dataset.hpp"

namespace winnow::train {

/// Where the text of a row is: one column, or a prompt and what follows it.
struct CausalColumns {
  std::string text;
  std::optional<std::string> prompt;  // both or none
  std::optional<std::string> completion;
};

struct CausalDataset {
  TokenDataset tokens;                          // its labels are all 0
  std::vector<std::int32_t> first_targets;      // by row: place of the first learned token, ≥ 1
  std::int64_t targets(std::size_t row) const;  // learned tokens
  std::int64_t targets() const;                 // of all rows
};

/// Reads .jsonl, .ndjson, .json and .csv files, and of .txt files each line that is not empty. A
/// row's label is its completion. Throws ConfigError.
std::vector<LabelledText> read_causal_texts(const std::filesystem::path& path,
                                            const CausalColumns& columns);

/// Plain text longer than `max_length` tokens becomes several rows; the first token of each is not
/// learned, nothing being known before it. A completion ends with `end_token` if there is one; of a
/// prompt that is too long the beginning is dropped, and what then is too long of the completion is
/// cut off. Throws ConfigError naming `source`, also when no row has two tokens.
CausalDataset causal_dataset(const std::vector<LabelledText>& texts, const CausalColumns& columns,
                             const Tokenizer& tokenizer, std::size_t max_length,
                             std::optional<std::int32_t> end_token, const std::string& source);

/// Both at once.
CausalDataset read_causal_rows(const std::filesystem::path& path, const CausalColumns& columns,
                               const Tokenizer& tokenizer, std::size_t max_length,
                               std::optional<std::int32_t> end_token);

}  // namespace winnow::train
