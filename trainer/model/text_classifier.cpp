#include "trainer/model/text_classifier.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "trainer/errors.hpp"
#include "trainer/model/precision.hpp"
#include "trainer/model/recomputed.hpp"
#include "trainer/random_streams.hpp"

namespace winnow::train {
namespace {

Linear new_map(std::int64_t out, const BertConfig& config) {
  return {at::empty({out, config.hidden_size}, at::kFloat).normal_(0.0, config.initializer_range),
          at::zeros({out}, at::kFloat),
          {}};
}

Linear new_head(std::int64_t classes, const BertConfig& config, std::uint64_t seed) {
  at::manual_seed(mixed_seed(seed, RandomPurpose::head, 0));
  return new_map(classes, config);
}

/// The first map of a head belongs to the head: where the files have none it is new, too. BERT's
/// pooler is pretrained or there is none.
void complete_head(BertWeights& encoder, const BertConfig& config, std::uint64_t seed) {
  if (config.family == BertFamily::bert || encoder.pooler) return;
  at::manual_seed(mixed_seed(seed, RandomPurpose::head, 1));
  encoder.pooler = new_map(config.hidden_size, config);
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
      frozen_layers_(frozen_layer_count(options.adaptation, config.layers)) {
  const Adaptation& adaptation = options_.adaptation;
  if (options_.pooling == Pooling::cls) complete_head(encoder_, config_, seed);
  classifier_ = {classifier_.weight.to(device), classifier_.bias.to(device), {}};
  const SlotList slots = bert_slots(encoder_, config_);
  for (const WeightSlot& slot : slots.weights) *slot.tensor = slot.tensor->to(device);
  if (adaptation.kind == AdaptationKind::lora) {
    lora_targets_ =
        train::lora_targets(adaptation.lora, slots.linears, usual_lora_targets(config_.family));
  }
  trained_ =
      adapt(slots, adaptation, lora_targets_, config_.layers, prefix_of(config_.family), seed);
  if (uses_pooler()) {
    const std::string name = pooler_name(config_.family);
    trained_.add(name + ".weight", encoder_.pooler->weight, config_.layers);
    trained_.add(name + ".bias", encoder_.pooler->bias, config_.layers);
  }
  const std::string name = classifier_name(config_.family);
  trained_.add(name + ".weight", classifier_.weight, config_.layers);
  trained_.add(name + ".bias", classifier_.bias, config_.layers);
}

void TextClassifier::merge() {
  merge_low_rank(bert_slots(encoder_, config_).linears);
  options_.adaptation.kind = AdaptationKind::full;
  lora_targets_.clear();
  std::erase_if(trained_.tensors,
                [](const auto& entry) { return entry.first.find(".lora_") != std::string::npos; });
}

void TextClassifier::round_frozen(at::ScalarType type) {
  const SlotList slots = bert_slots(encoder_, config_);
  for (const WeightSlot& slot : slots.weights) {
    if (!slot.tensor->requires_grad()) *slot.tensor = slot.tensor->to(type);
  }
}

at::Tensor TextClassifier::run_layers(const PackedBatch& batch, at::Tensor hidden,
                                      std::int64_t from, std::int64_t to,
                                      const Dropout& dropout) const {
  for (std::int64_t index = from; index < to; ++index) {
    const auto layer = [this, batch, dropout, index](const at::Tensor& x) {
      return run_layer(encoder_.layers[static_cast<std::size_t>(index)], config_, batch, x,
                       dropout);
    };
    hidden = options_.checkpointing ? recomputed(hidden, layer) : layer(hidden);
  }
  return hidden;
}

PackedBatch TextClassifier::behind_virtual_tokens(const PackedBatch& batch) const {
  const std::int64_t count = places_in_front(options_.adaptation);
  if (count == 0) return batch;
  const bool prefix = options_.adaptation.kind == AdaptationKind::prefix;
  return prefix ? moved_up(batch, count) : with_virtual_tokens(batch, count);
}

at::Tensor TextClassifier::frozen_hidden(const PackedBatch& batch) const {
  expect(frozen_layers_.has_value(), "a model that is wholly trained has no frozen part");
  const at::NoGradGuard no_gradients;
  return run_layers(batch, embed(encoder_, config_, batch, {}), 0, *frozen_layers_, {});
}

at::Tensor TextClassifier::pool(const PackedBatch& batch, const at::Tensor& hidden) const {
  if (options_.pooling == Pooling::cls) return hidden.index_select(0, batch.first_tokens);
  const at::Tensor mean = widened(to_grid(batch, hidden)).sum(1) / batch.lengths;
  return mean.to(hidden.scalar_type());
}

at::Tensor TextClassifier::logits(const ClassifierInput& input, Mode mode) const {
  const Dropout dropout = mode == Mode::training
                              ? Dropout{options_.dropout, options_.adaptation.lora.dropout}
                              : Dropout{};
  at::Tensor pooled = input.pooled;
  if (!pooled.defined()) {
    const PackedBatch batch = behind_virtual_tokens(input.batch);
    at::Tensor hidden = input.hidden;
    if (!hidden.defined()) {
      hidden = frozen_layers_ ? frozen_hidden(batch) : embed(encoder_, config_, batch, dropout);
    }
    hidden =
        run_layers(batch, hidden.to(type()), frozen_layers_.value_or(0), config_.layers, dropout);
    pooled = pool(batch, hidden);
  }
  pooled = pooled.to(type());
  if (uses_pooler()) {
    if (config_.family == BertFamily::roberta) pooled = drop(pooled, dropout.activations);
    pooled = at::linear(pooled, encoder_.pooler->weight, encoder_.pooler->bias);
    pooled = config_.family == BertFamily::distilbert ? at::relu(pooled) : at::tanh(pooled);
  }
  return widened(
      at::linear(drop(pooled, dropout.activations), classifier_.weight, classifier_.bias));
}

NamedTensors TextClassifier::tensors() const {
  NamedTensors all;
  BertWeights encoder = encoder_;  // shares the tensors; bert_slots() wants something to point into
  for (const WeightSlot& slot : bert_slots(encoder, config_).weights) {
    if (slot.layer < config_.layers || uses_pooler()) {
      all.emplace(whole_name(slot, config_), *slot.tensor);
    }
  }
  const std::string name = classifier_name(config_.family);
  all.emplace(name + ".weight", classifier_.weight);
  all.emplace(name + ".bias", classifier_.bias);
  return all;
}

NamedTensors TextClassifier::frozen() const {
  NamedTensors frozen;
  BertWeights encoder = encoder_;
  for (const WeightSlot& slot : bert_slots(encoder, config_).weights) {
    if (frozen_layers_ && slot.layer < *frozen_layers_) frozen.emplace(slot.name, *slot.tensor);
  }
  return frozen;
}

}  // namespace winnow::train
