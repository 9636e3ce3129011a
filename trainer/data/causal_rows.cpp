#include "trainer/data/causal_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

#include "trainer/errors.hpp"
#include "trainer/text/tokenizer.hpp"

namespace winnow::train {
namespace {

using Ids = std::vector<std::int32_t>;

// No text is cut before it is divided into rows.
constexpr std::size_t all_ids = std::numeric_limits<std::int32_t>::max();

class DatasetBuilder {
 public:
  void add(std::span<const std::int32_t> ids, std::span<const std::uint8_t> learned,
           std::size_t completion) {
    tokens_.insert(tokens_.end(), ids.begin(), ids.end());
    learned_.insert(learned_.end(), learned.begin(), learned.end());
    learned_[offsets_.back()] = 0;
    offsets_.push_back(tokens_.size());
    completions_.push_back(static_cast<std::int32_t>(completion));
  }
  CausalDataset finish(const std::string& source) && {
    if (completions_.empty()) {
      throw ConfigError(source, "has no row of two tokens or more: nothing to learn from");
    }
    std::vector<std::int32_t> labels(completions_.size(), 0);
    return {{std::move(tokens_), std::move(offsets_), std::move(labels)},
            std::move(learned_),
            std::move(completions_)};
  }

 private:
  Ids tokens_;
  std::vector<std::uint64_t> offsets_ = {0};
  std::vector<std::uint8_t> learned_;
  std::vector<std::int32_t> completions_;
};

void add_plain(DatasetBuilder& rows, const Ids& ids, std::size_t max_length) {
  const std::vector<std::uint8_t> learned(max_length, 1);
  for (std::size_t begin = 0; begin + 1 < ids.size(); begin += max_length) {
    const std::size_t count = std::min(max_length, ids.size() - begin);
    if (count > 1)
      rows.add(std::span(ids).subspan(begin, count), std::span(learned).first(count), 1);
  }
}

/// What is read, some of which may be learned, and what then is learned to follow.
struct Exchange {
  Ids before;
  std::vector<std::uint8_t> learned;  // of what is before
  Ids completion;
};

void add_exchange(DatasetBuilder& rows, Exchange exchange, std::size_t max_length,
                  TruncationSide side) {
  // At least one token before the completion stays: what is learned needs something before it.
  auto& [ids, learned, completion] = exchange;
  const std::size_t taken = std::min(completion.size(), max_length - 1);
  truncate(ids, max_length - taken, side);
  truncate(learned, max_length - taken, side);
  const std::size_t begin = ids.size();
  ids.insert(ids.end(), completion.begin(),
             completion.begin() + static_cast<std::ptrdiff_t>(taken));
  learned.resize(ids.size(), 1);
  rows.add(ids, learned, begin);
}

/// The ids of an answer behind a header. Behind a line end some tokenizers put no blank before a
/// text that they would put before it alone, and chat models were trained with both as one text.
Ids answer_ids(const Tokenizer& tokenizer, const std::string& header, const std::string& answer) {
  if (header.ends_with('\n')) {
    const Ids line_end = tokenizer.encode_continuation("\n");
    const Ids whole = tokenizer.encode_continuation("\n" + answer);
    const auto [end, rest] =
        std::mismatch(line_end.begin(), line_end.end(), whole.begin(), whole.end());
    if (end == line_end.end()) return {rest, whole.end()};
  }
  return tokenizer.encode_continuation(answer);
}

Exchange exchange_of(const LabelledText& row, const CausalColumns& columns,
                     const Tokenizer& tokenizer, std::optional<std::int32_t> end_token) {
  Exchange exchange;
  if (!columns.messages) {
    exchange.before = tokenizer.encode_beginning(row.text);
    exchange.learned.assign(exchange.before.size(), 0);
    exchange.completion = tokenizer.encode_continuation(row.label);
    if (end_token) exchange.completion.push_back(*end_token);
    return exchange;
  }
  const std::vector<ChatPart> parts = chat_parts(nlohmann::json::parse(row.text), columns.chat);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string& text = parts[i].text;
    Ids ids = i == 0             ? tokenizer.encode_beginning(text)
              : parts[i].learned ? answer_ids(tokenizer, parts[i - 1].text, text)
                                 : tokenizer.encode_continuation(text);
    if (i + 1 == parts.size()) {
      exchange.completion = std::move(ids);
      break;
    }
    exchange.before.insert(exchange.before.end(), ids.begin(), ids.end());
    exchange.learned.resize(exchange.before.size(), parts[i].learned ? 1 : 0);
  }
  return exchange;
}

}  // namespace

std::span<const std::uint8_t> CausalDataset::learned_of(std::size_t row) const {
  return std::span(learned).subspan(tokens.offsets()[row], tokens.tokens(row).size());
}

std::int64_t CausalDataset::targets(std::size_t row) const {
  const std::span<const std::uint8_t> flags = learned_of(row);
  return std::accumulate(flags.begin(), flags.end(), std::int64_t{0});
}

std::int64_t CausalDataset::targets() const {
  return std::accumulate(learned.begin(), learned.end(), std::int64_t{0});
}

std::vector<LabelledText> read_causal_texts(const std::filesystem::path& path,
                                            const CausalColumns& columns) {
  if (columns.messages) return read_conversations(path, *columns.messages);
  if (columns.prompt) {
    return read_rows(path, *columns.prompt, *columns.completion, LabelKind::one, columns.slots);
  }
  std::vector<LabelledText> texts;
  for (std::string& text : read_texts(path, columns.text)) texts.push_back({std::move(text), ""});
  return texts;
}

std::int32_t chat_end(const Tokenizer& tokenizer, ChatTemplate form) {
  std::int32_t last = 0;
  for (const std::string& token : chat_tokens(form)) {
    const Ids ids = tokenizer.encode_continuation(token);
    if (ids.size() == 1 && tokenizer.decode(ids).empty()) {  // a token that is no text
      last = ids.front();
      continue;
    }
    throw ConfigError(
        "chat_template",
        fmt::format("needs {} as a token of its own, which the model's tokenizer does "
                    "not have; name the template that the model was trained with",
                    token));
  }
  return last;
}

CausalDataset causal_dataset(const std::vector<LabelledText>& texts, const CausalColumns& columns,
                             const Tokenizer& tokenizer, std::size_t max_length,
                             std::optional<std::int32_t> end_token, const std::string& source) {
  const auto end = columns.messages ? chat_end(tokenizer, columns.chat) : end_token;
  DatasetBuilder rows;
  std::vector<Fault> faults;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!columns.prompt && !columns.messages) {
      add_plain(rows, tokenizer.encode(texts[i].text, all_ids), max_length);
      continue;
    }
    Exchange exchange = exchange_of(texts[i], columns, tokenizer, end_token);
    if (exchange.before.empty() || exchange.completion.empty()) {
      faults.push_back(
          {source, fmt::format("row {}: prompt and completion need a token each", i + 1)});
    } else {
      add_exchange(rows, std::move(exchange), max_length, columns.truncation);
    }
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  CausalDataset dataset = std::move(rows).finish(source);
  dataset.end = end;
  return dataset;
}

std::size_t uncut_length(const LabelledText& row, const CausalColumns& columns,
                         const Tokenizer& tokenizer, std::optional<std::int32_t> end_token) {
  if (!columns.prompt && !columns.messages) return tokenizer.encode(row.text, all_ids).size();
  const Exchange exchange = exchange_of(row, columns, tokenizer, end_token);
  return exchange.before.size() + exchange.completion.size();
}

CausalDataset read_causal_rows(const std::filesystem::path& path, const CausalColumns& columns,
                               const Tokenizer& tokenizer, std::size_t max_length,
                               std::optional<std::int32_t> end_token) {
  return causal_dataset(read_causal_texts(path, columns), columns, tokenizer, max_length, end_token,
                        path.string());
}

}  // namespace winnow::train
