// Rows that a language model learns from: token ids, and which of them are learned.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "trainer/data/chat.hpp"
#include "trainer/data/dataset.hpp"
#include "trainer/text/truncation.hpp"

namespace winnow::train {

/// Where the text of a row is: one column, a prompt and what follows it, or a conversation.
struct CausalColumns {
  std::string text;
  std::optional<std::string> prompt = {};  // both or none
  std::optional<std::string> completion = {};
  std::optional<std::string> messages = {};
  ChatTemplate chat = ChatTemplate::chatml;
  std::vector<std::string> slots = {};  // further columns, for prompts
  /// What is dropped before a completion when both together are too long.
  TruncationSide truncation = TruncationSide::left;
};

struct CausalDataset {
  TokenDataset tokens;                // its labels are all 0
  std::vector<std::uint8_t> learned;  // by token: 1 where it is learned, never the first of a row
  /// By row: where the last stretch of learned tokens begins, which reaches to the row's end; ≥ 1.
  std::vector<std::int32_t> completions;
  std::optional<std::int32_t> end = {};  // the token that ends a completion that was not cut
  std::span<const std::uint8_t> learned_of(std::size_t row) const;
  std::int64_t targets(std::size_t row) const;  // learned tokens
  std::int64_t targets() const;                 // of all rows
};

/// Reads .jsonl, .ndjson, .json and .csv files, and of .txt files each line that is not empty. A
/// row's label is its completion; the text of a conversation is the JSON of its messages. Throws
/// ConfigError.
std::vector<LabelledText> read_causal_texts(const std::filesystem::path& path,
                                            const CausalColumns& columns);

/// Plain text longer than `max_length` tokens becomes several rows; the first token of each is not
/// learned, nothing being known before it. A completion ends with `end_token` if there is one; of a
/// prompt that is too long a part is dropped, and what then is too long of the completion is cut
/// off. Of a conversation every answer is learned; the last one is its completion. Throws
/// ConfigError naming `source`, also when no row has two tokens, and "chat_template" if the
/// tokenizer lacks tokens of the template.
CausalDataset causal_dataset(const std::vector<LabelledText>& texts, const CausalColumns& columns,
                             const Tokenizer& tokenizer, std::size_t max_length,
                             std::optional<std::int32_t> end_token, const std::string& source);

/// The token that ends an answer. Throws ConfigError "chat_template" unless the tokenizer has all
/// tokens of the template.
std::int32_t chat_end(const Tokenizer& tokenizer, ChatTemplate form);

/// Tokens of a row before anything is cut.
std::size_t uncut_length(const LabelledText& row, const CausalColumns& columns,
                         const Tokenizer& tokenizer, std::optional<std::int32_t> end_token);

/// Both at once.
CausalDataset read_causal_rows(const std::filesystem::path& path, const CausalColumns& columns,
                               const Tokenizer& tokenizer, std::size_t max_length,
                               std::optional<std::int32_t> end_token);

}  // namespace winnow::train
