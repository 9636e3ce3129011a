#include "trainer/loop/language_modelling.hpp"

#include <ATen/ATen.h>

#include <algorithm>

#include "trainer/data/packing.hpp"
#include "trainer/errors.hpp"
#include "trainer/loop/causal_evaluation.hpp"
#include "trainer/loop/device.hpp"
#include "trainer/loop/training_rows.hpp"
#include "trainer/model/adapter_tensors.hpp"
#include "trainer/model/fitting_tokenizer.hpp"

namespace winnow::train {

std::unique_ptr<CausalModel> make_causal_model(const TrainConfig& config,
                                               const ModelFolder& model) {
  const DecoderConfig decoder =
      parse_decoder_config(read_config_json(model.path), model.config.string());
  require_positions(config, decoder.max_positions);
  DecoderWeights weights = config.initial_weights == InitialWeights::random
                               ? random_decoder_weights(decoder, config.seed)
                               : load_decoder_weights(model.weights, decoder);
  const std::int64_t kept = pretrained_layers(config, decoder.layers);
  if (kept < decoder.layers) {
    const DecoderWeights drawn = random_decoder_weights(decoder, config.seed);
    std::copy(drawn.layers.begin() + kept, drawn.layers.end(), weights.layers.begin() + kept);
  }
  auto causal = std::make_unique<CausalModel>(
      decoder, std::move(weights),
      CausalOptions{config.adaptation, config.dropout, config.gradient_checkpointing}, config.seed,
      choose_device());
  if (config.precision == Precision::bf16) causal->round_frozen(at::kBFloat16);
  return causal;
}

LanguageModelling::LanguageModelling(const TrainConfig& config) : config_(config) {
  facts_.model = find_model(config.model, config.initial_weights);
  const DecoderConfig decoder =
      parse_decoder_config(read_config_json(config.model), facts_.model.config.string());
  tokenizer_ = load_fitting_tokenizer(
      facts_.model, {decoder.vocabulary_size, decoder.max_positions}, config.max_length);
  const CausalColumns columns = causal_columns(config);
  const auto tokenised = [&](const std::vector<LabelledText>& texts,
                             const std::filesystem::path& path) {
    return causal_dataset(texts, columns, *tokenizer_, config.max_length, decoder.end_token(),
                          path.string());
  };
  DividedRows rows = read_divided_rows(config);
  print(require_fit(config, rows, &*tokenizer_));
  rows = written_prompts(config, std::move(rows));
  train_ = tokenised(rows.train, config.train_data);
  validation_ = tokenised(rows.validation, validation_source(config));
  if (config.evaluate_test) test_ = tokenised(rows.test, test_source(config));
  model_ = make_causal_model(config, facts_.model);
  if (config.adapter) {
    read_adapter_tensors(*config.adapter, config.adaptation.kind, model_->trained());
  }
  count_rows();
  facts_.layers = decoder.layers;
  facts_.device = model_->device();
}

void LanguageModelling::count_rows() {
  if (config_.packing) {
    PackedRows rows = packed(train_, config_.max_length);
    train_ = std::move(rows.rows);
    pack_begins_ = std::move(rows.begins);
  }
  const std::vector<std::uint64_t>& offsets = train_.tokens.offsets();
  facts_.row_begins = offsets;
  if (!pack_begins_.empty()) facts_.row_begins.clear();
  for (const std::uint32_t row : pack_begins_) facts_.row_begins.push_back(offsets[row]);
  facts_.training_rows = facts_.row_begins.size() - 1;
}

std::vector<std::uint32_t> LanguageModelling::rows_in(std::span<const std::uint32_t> packs) const {
  if (pack_begins_.empty()) return {packs.begin(), packs.end()};
  std::vector<std::uint32_t> rows;
  for (const std::uint32_t pack : packs) {
    for (std::uint32_t row = pack_begins_[pack]; row < pack_begins_[pack + 1]; ++row) {
      rows.push_back(row);
    }
  }
  return rows;
}

bool LanguageModelling::prepare(const std::function<bool()>& /*stop_requested*/) { return true; }

at::Tensor LanguageModelling::loss_sum(std::span<const std::uint32_t> packs) const {
  return causal_loss_sum(*model_, train_, rows_in(packs), CausalModel::Mode::training,
                         config_.label_smoothing);
}

double LanguageModelling::loss_weight(std::span<const std::uint32_t> packs) const {
  std::int64_t sum = 0;
  for (const std::uint32_t row : rows_in(packs)) sum += train_.targets(row);
  return static_cast<double>(sum);
}

std::map<std::string, double> LanguageModelling::evaluate(Split split) const {
  if (split == Split::test) expect(test_.has_value(), "test rows were read");
  const CausalDataset& dataset = split == Split::test ? *test_ : validation_;
  EvaluationPass pass = train::evaluate(*model_, dataset);
  generate_into(pass, *model_, dataset, *tokenizer_, config_.generation_rows,
                {{}, config_.generation_tokens, 0});
  return measure(pass, prefix_of(split));
}

}  // namespace winnow::train
