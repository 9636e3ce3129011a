#include "trainer/loop/language_modelling.hpp"

#include <ATen/ATen.h>

#include "trainer/errors.hpp"
#include "trainer/loop/device.hpp"
#include "trainer/loop/frozen_part.hpp"
#include "trainer/model/adapter_tensors.hpp"
#include "trainer/model/fitting_tokenizer.hpp"
#include "trainer/model/token_loss.hpp"

namespace winnow::train {
namespace {

// Rows at a time: the logits are computed in portions, so that only layers need memory.
constexpr std::size_t rows_per_pass = 8;

/// Of each learned token: its id, and the place (among the N of the batch) of the token before it.
struct Targets {
  at::Tensor ids;
  at::Tensor places;
};

Targets targets_of(const CausalDataset& dataset, std::span<const std::uint32_t> rows,
                   at::Device device) {
  std::vector<std::int64_t> ids, places;
  std::int64_t begin = 0;
  for (const std::uint32_t row : rows) {
    const std::span<const std::int32_t> tokens = dataset.tokens.tokens(row);
    for (std::size_t k = static_cast<std::size_t>(dataset.first_targets[row]); k < tokens.size();
         ++k) {
      ids.push_back(tokens[k]);
      places.push_back(begin + static_cast<std::int64_t>(k) - 1);
    }
    begin += static_cast<std::int64_t>(tokens.size());
  }
  return {at::tensor(ids).to(device), at::tensor(places).to(device)};
}

at::Tensor loss_of(const CausalModel& model, const CausalDataset& dataset,
                   std::span<const std::uint32_t> rows, CausalModel::Mode mode,
                   double label_smoothing) {
  const Targets targets = targets_of(dataset, rows, model.device());
  const at::Tensor hidden = model.hidden(pack(dataset.tokens, rows, model.device()), mode);
  return token_loss_sum(hidden.index_select(0, targets.places), model.head(), targets.ids,
                        label_smoothing);
}

std::optional<std::int32_t> end_token(const DecoderConfig& decoder) {
  if (decoder.end_tokens.empty()) return std::nullopt;
  return decoder.end_tokens.front();
}

}  // namespace

std::unique_ptr<CausalModel> make_causal_model(const TrainConfig& config,
                                               const ModelFolder& model) {
  const DecoderConfig decoder =
      parse_decoder_config(read_config_json(model.path), model.config.string());
  require_positions(config, decoder.max_positions);
  DecoderWeights weights = config.initial_weights == InitialWeights::random
                               ? random_decoder_weights(decoder, config.seed)
                               : load_decoder_weights(model.weights, decoder);
  return std::make_unique<CausalModel>(
      decoder, std::move(weights),
      CausalOptions{config.adaptation, config.dropout, config.gradient_checkpointing}, config.seed,
      choose_device());
}

EvaluationPass evaluate(const CausalModel& model, const CausalDataset& dataset) {
  const at::NoGradGuard no_gradients;
  double sum = 0.0;
  const std::vector<std::uint32_t> order = rows_by_length(dataset.tokens);
  for (const std::span<const std::uint32_t> rows : pieces(order, rows_per_pass)) {
    sum += loss_of(model, dataset, rows, CausalModel::Mode::evaluation, 0.0).item<double>();
  }
  EvaluationPass pass;
  pass.rows = dataset.tokens.size();
  pass.predicted_tokens = dataset.targets();
  pass.mean_loss = sum / static_cast<double>(pass.predicted_tokens);
  return pass;
}

LanguageModelling::LanguageModelling(const TrainConfig& config) : config_(config) {
  facts_.model = find_model(config.model, config.initial_weights);
  const DecoderConfig decoder =
      parse_decoder_config(read_config_json(config.model), facts_.model.config.string());
  const Tokenizer tokenizer = load_fitting_tokenizer(
      facts_.model, {decoder.vocabulary_size, decoder.max_positions}, config.max_length);
  const CausalColumns columns{config.text_column, config.prompt_column, config.completion_column};
  const auto tokenised = [&](const std::vector<LabelledText>& texts,
                             const std::filesystem::path& path) {
    return causal_dataset(texts, columns, tokenizer, config.max_length, end_token(decoder),
                          path.string());
  };
  const DividedRows rows = divide({read_causal_texts(config.train_data, columns),
                                   read_causal_texts(config.validation_data, columns)},
                                  division_of(config));
  train_ = tokenised(rows.train, config.train_data);
  validation_ = tokenised(rows.validation, config.validation_data);
  if (config.test_data) {
    test_ = tokenised(read_causal_texts(*config.test_data, columns), *config.test_data);
  }
  model_ = make_causal_model(config, facts_.model);
  if (config.adapter) {
    read_adapter_tensors(*config.adapter, config.adaptation.kind, model_->trained());
  }
  facts_.training_rows = train_.tokens.size();
  facts_.layers = decoder.layers;
  facts_.device = model_->device();
  facts_.row_begins = train_.tokens.offsets();
}

bool LanguageModelling::prepare(const std::function<bool()>& /*stop_requested*/) { return true; }

at::Tensor LanguageModelling::loss_sum(std::span<const std::uint32_t> rows) const {
  return loss_of(*model_, train_, rows, CausalModel::Mode::training, config_.label_smoothing);
}

double LanguageModelling::loss_weight(std::span<const std::uint32_t> rows) const {
  std::int64_t sum = 0;
  for (const std::uint32_t row : rows) sum += train_.targets(row);
  return static_cast<double>(sum);
}

std::map<std::string, double> LanguageModelling::evaluate(Split split) const {
  if (split == Split::test) expect(test_.has_value(), "test rows were read");
  return measure(train::evaluate(*model_, split == Split::test ? *test_ : validation_),
                 prefix_of(split));
}

}  // namespace winnow::train
