#include "trainer/model/text_classifier.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "trainer/errors.hpp"
#include "trainer/random_streams.hpp"

namespace winnow::train {
namespace {

std::optional<std::int64_t> frozen_layer_count(const BertConfig& config,
                                               const ClassifierOptions& options) {
  if (!options.trainable_layers) return std::nullopt;
  if (*options.trainable_layers > config.layers) {
    throw ConfigError(
        "trainable_layers",
        fmt::format("is {}, but the model has {} layers; leave it out to train all of "
                    "them and the embeddings",
                    *options.trainable_layers, config.layers));
  }
  return config.layers - *options.trainable_layers;
}

Linear new_head(std::int64_t classes, const BertConfig& config, std::uint64_t seed) {
  at::manual_seed(mixed_seed(seed, RandomPurpose::head, 0));
  return {
      at::empty({classes, config.hidden_size}, at::kFloat).normal_(0.0, config.initializer_range),
      at::zeros({classes}, at::kFloat)};
}

}  // namespace

std::string_view text(Pooling pooling) { return pooling == Pooling::mean ? "mean" : "cls"; }

Pooling parse_pooling(const std::string& word, const std::string& place) {
  if (word == "mean") return Pooling::mean;
  if (word == "cls") return Pooling::cls;
  throw ConfigError(place, "expected \"mean\" or \"cls\", found \"" + word + "\"");
}

TextClassifier::TextClassifier(const BertConfig& config, BertWeights encoder,
                               const ClassifierOptions& options, std::uint64_t seed,
                               at::Device device)
    : config_(config),
      options_(options),
      encoder_(std::move(encoder)),
      classifier_(new_head(options.classes, config, seed)),
      frozen_layers_(frozen_layer_count(config, options)) {
  classifier_ = {classifier_.weight.to(device), classifier_.bias.to(device)};
  for (const WeightSlot& slot : weight_slots(encoder_, config_)) {
    *slot.tensor = slot.tensor->to(device);
    const bool is_pooler = slot.layer == config_.layers;
    const bool is_above_boundary = !frozen_layers_ || slot.layer >= *frozen_layers_;
    const bool is_trained = is_pooler ? uses_pooler() : is_above_boundary;
    if (is_trained) trainable_.emplace("bert." + slot.name, *slot.tensor);
  }
  trainable_.emplace("classifier.weight", classifier_.weight);
  trainable_.emplace("classifier.bias", classifier_.bias);
  for (const auto& [name, tensor] : trainable_) tensor.set_requires_grad(true);
}

at::Tensor TextClassifier::run_layers(const PackedBatch& batch, at::Tensor hidden,
                                      std::int64_t from, std::int64_t to, double dropout) const {
  for (std::int64_t index = from; index < to; ++index) {
    hidden = run_layer(encoder_.layers[static_cast<std::size_t>(index)], config_, batch, hidden,
                       dropout);
  }
  return hidden;
}

at::Tensor TextClassifier::frozen_hidden(const PackedBatch& batch) const {
  expect(frozen_layers_.has_value(), "a model that is wholly trained has no frozen part");
  const at::NoGradGuard no_gradients;
  return run_layers(batch, embed(encoder_, config_, batch, 0.0), 0, *frozen_layers_, 0.0);
}

at::Tensor TextClassifier::pool(const PackedBatch& batch, const at::Tensor& hidden) const {
  if (options_.pooling == Pooling::cls) return hidden.index_select(0, batch.first_tokens);
  return to_grid(batch, hidden).sum(1) / batch.lengths;
}

at::Tensor TextClassifier::logits(const ClassifierInput& input, Mode mode) const {
  const double dropout = mode == Mode::training ? options_.dropout : 0.0;
  at::Tensor pooled = input.pooled;
  if (!pooled.defined()) {
    at::Tensor hidden = input.hidden;
    if (!hidden.defined()) {
      hidden = frozen_layers_ ? frozen_hidden(input.batch)
                              : embed(encoder_, config_, input.batch, dropout);
    }
    hidden = run_layers(input.batch, hidden, frozen_layers_.value_or(0), config_.layers, dropout);
    pooled = pool(input.batch, hidden);
  }
  if (uses_pooler()) {
    pooled = at::tanh(at::linear(pooled, encoder_.pooler->weight, encoder_.pooler->bias));
  }
  return at::linear(drop(pooled, dropout), classifier_.weight, classifier_.bias);
}

NamedTensors TextClassifier::tensors() const {
  NamedTensors all;
  BertWeights encoder =
      encoder_;  // shares the tensors; weight_slots() wants something to point into
  for (const WeightSlot& slot : weight_slots(encoder, config_)) {
    if (slot.layer < config_.layers || uses_pooler())
      all.emplace("bert." + slot.name, *slot.tensor);
  }
  all.emplace("classifier.weight", classifier_.weight);
  all.emplace("classifier.bias", classifier_.bias);
  return all;
}

NamedTensors TextClassifier::frozen() const {
  NamedTensors frozen;
  BertWeights encoder = encoder_;
  for (const WeightSlot& slot : weight_slots(encoder, config_)) {
    if (frozen_layers_ && slot.layer < *frozen_layers_) frozen.emplace(slot.name, *slot.tensor);
  }
  return frozen;
}

}  // namespace winnow::train
