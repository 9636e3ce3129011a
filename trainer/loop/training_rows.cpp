#include "trainer/loop/training_rows.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <limits>
#include <optional>

#include "trainer/model/bert_config.hpp"
#include "trainer/model/decoder_config.hpp"
#include "trainer/model/fitting_tokenizer.hpp"

namespace winnow::train {
namespace {

bool is_causal(const TrainConfig& config) { return config.task == "causal_lm"; }

std::optional<std::int32_t> end_token_of(const TrainConfig& config) {
  const ModelFolder model = find_model(config.model, config.initial_weights);
  return parse_decoder_config(read_config_json(config.model), model.config.string()).end_token();
}

/// Tokens of each row before it is cut.
std::vector<std::size_t> lengths_of(const TrainConfig& config,
                                    const std::vector<LabelledText>& rows,
                                    const Tokenizer& tokenizer) {
  const CausalColumns columns = is_causal(config) ? causal_columns(config) : CausalColumns{};
  const std::optional<std::int32_t> end = is_causal(config) ? end_token_of(config) : std::nullopt;
  std::vector<std::size_t> lengths;
  for (const LabelledText& row : rows) {
    lengths.push_back(uncut_length(row, columns, tokenizer, end));
  }
  return lengths;
}

}  // namespace

CausalColumns causal_columns(const TrainConfig& config) {
  return {config.text_column,
          config.prompt_column,
          config.completion_column,
          config.messages_column,
          config.chat_template,
          config.prompts.form.columns(),
          config.truncation_side.value_or(TruncationSide::left)};
}

LabelKind label_kind(const TrainConfig& config) {
  return config.multi_label ? LabelKind::set : LabelKind::one;
}

std::vector<LabelledText> read_file_of(const TrainConfig& config,
                                       const std::filesystem::path& path) {
  if (is_causal(config)) return read_causal_texts(path, causal_columns(config));
  return read_rows(path, config.text_column, config.label_column, label_kind(config),
                   config.prompts.form.columns());
}

DividedRows read_divided_rows(const TrainConfig& config, TestRows test_rows) {
  DividedRows rows;
  rows.train = read_file_of(config, config.train_data);
  if (config.validation_data) rows.validation = read_file_of(config, *config.validation_data);
  const bool test = config.evaluate_test || test_rows == TestRows::always;
  if (config.test_data && test) rows.test = read_file_of(config, *config.test_data);
  return divide(std::move(rows), division_of(config));
}

DividedRows written_prompts(const TrainConfig& config, DividedRows rows) {
  if (!config.settings.contains("prompt_template") && config.prompts.examples == 0) return rows;
  const PromptWriter writer(config.prompts, rows.train);
  for (std::vector<LabelledText>* side : {&rows.train, &rows.validation, &rows.test}) {
    *side = writer.written(std::move(*side));
  }
  return rows;
}

const std::filesystem::path& validation_source(const TrainConfig& config) {
  return config.validation_data ? *config.validation_data : config.train_data;
}

const std::filesystem::path& test_source(const TrainConfig& config) {
  return config.test_data ? *config.test_data : config.train_data;
}

Tokenizer tokenizer_of(const TrainConfig& config) {
  const ModelFolder model = find_model(config.model, config.initial_weights);
  const nlohmann::json text = read_config_json(config.model);
  if (is_causal(config)) {
    const DecoderConfig decoder = parse_decoder_config(text, model.config.string());
    return load_fitting_tokenizer(model, {decoder.vocabulary_size, decoder.max_positions},
                                  config.max_length);
  }
  const BertConfig bert = parse_bert_config(text, model.config.string());
  return load_fitting_tokenizer(model, {bert.vocabulary_size, bert.max_positions},
                                config.max_length);
}

DataFacts facts_of(const TrainConfig& config, const DividedRows& rows, const Tokenizer* tokenizer) {
  const auto kind = is_causal(config) ? std::optional<LabelKind>() : label_kind(config);
  DataFacts facts = facts_of(rows, kind);
  if (tokenizer == nullptr) return facts;
  const bool plain = is_causal(config) && !config.prompt_column && !config.messages_column;
  const std::size_t longest = plain ? std::numeric_limits<std::size_t>::max() : config.max_length;
  const auto count = [&](SideFacts& side, const std::vector<LabelledText>& of) {
    if (!of.empty()) side.tokens = token_lengths(lengths_of(config, of, *tokenizer), longest);
  };
  const DividedRows written = written_prompts(config, rows);
  count(facts.train, written.train);
  count(facts.validation, written.validation);
  if (facts.test) count(*facts.test, written.test);
  return facts;
}

void print(const DataFacts& facts) { fmt::print(stderr, "{}", text_of(facts)); }

DataFacts require_fit(const TrainConfig& config, const DividedRows& rows,
                      const Tokenizer* tokenizer) {
  const bool counts = counts_tokens(config.data_limits);
  DataFacts facts = facts_of(config, rows, counts ? tokenizer : nullptr);
  std::vector<Fault> faults = faults_of(facts, config.data_limits);
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return facts;
}

}  // namespace winnow::train
