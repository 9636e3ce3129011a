#include "trainer/model/causal_model.hpp"

#include <ATen/ATen.h>

#include "trainer/errors.hpp"
#include "trainer/model/recomputed.hpp"

namespace winnow::train {
namespace {

/// One row of `count` tokens that follows `before` others.
PackedBatch one_row(const std::vector<std::int32_t>& tokens, std::int64_t before,
                    at::Device device) {
  const auto count = static_cast<std::int64_t>(tokens.size());
  PackedBatch batch;
  batch.rows = 1;
  batch.longest = count;
  batch.tokens = at::tensor(std::vector<std::int64_t>(tokens.begin(), tokens.end())).to(device);
  batch.positions = at::arange(before, before + count, at::kLong).to(device);
  batch.slots = at::arange(count, at::kLong).to(device);
  batch.first_tokens = at::zeros({1}, at::kLong).to(device);
  batch.lengths = at::full({1, 1}, static_cast<double>(count), at::kFloat).to(device);
  return batch;
}

}  // namespace

CausalModel::CausalModel(const DecoderConfig& config, DecoderWeights weights,
                         const CausalOptions& options, std::uint64_t seed, at::Device device)
    : config_(config),
      options_(options),
      weights_(std::move(weights)),
      frozen_layers_(frozen_layer_count(options.adaptation, config.layers)) {
  const Adaptation& adaptation = options_.adaptation;
  const SlotList slots = decoder_slots(weights_, config_);
  for (const WeightSlot& slot : slots.weights) *slot.tensor = slot.tensor->to(device);
  const bool lora = adaptation.kind == AdaptationKind::lora;
  if (lora) {
    lora_targets_ =
        train::lora_targets(adaptation.lora, slots.linears, usual_lora_targets(config.family));
  }
  trained_ = adapt(slots, adaptation, lora_targets_, config_.layers, "", seed);
  // What lies above the layers is the head's part: the last norm, and the head unless it is tied.
  for (const WeightSlot& slot : slots.weights) {
    const bool above = slot.layer == config_.layers && adaptation.kind == AdaptationKind::full;
    if (above) trained_.add(slot.name, *slot.tensor, slot.layer);
  }
  if (trained_.tensors.empty()) {
    throw ConfigError("adaptation",
                      "leaves nothing to train: the model has no biases, or "
                      "trainable_layers is 0");
  }
}

at::Tensor CausalModel::hidden(const PackedBatch& rows, Mode mode) const {
  const std::int64_t in_front = places_in_front(options_.adaptation);
  const bool prompt = options_.adaptation.kind == AdaptationKind::prompt;
  const bool prefix = options_.adaptation.kind == AdaptationKind::prefix;
  const PackedBatch batch = prompt   ? with_virtual_tokens(rows, in_front)
                            : prefix ? moved_up(rows, in_front)
                                     : rows;
  const Dropout dropout = mode == Mode::training
                              ? Dropout{options_.dropout, options_.adaptation.lora.dropout}
                              : Dropout{};
  const Rotation rotation = rotation_of(config_, prefix ? in_front : 0, batch.longest, device());
  const auto run = [&](at::Tensor x, std::int64_t from, std::int64_t to, const Dropout& share) {
    for (std::int64_t i = from; i < to; ++i) {
      const auto layer = [this, batch, rotation, share, i](const at::Tensor& in) {
        return run_layer(weights_.layers[static_cast<std::size_t>(i)], config_, batch, rotation, in,
                         share);
      };
      x = options_.checkpointing ? recomputed(x, layer) : layer(x);
    }
    return x;
  };
  const auto embedded = [&](const Dropout& share) {
    return embed(weights_, config_, batch, share);
  };
  at::Tensor x;
  if (frozen_layers_) {
    const at::NoGradGuard no_gradients;
    x = run(embedded({}), 0, *frozen_layers_, {});
  } else {
    x = embedded(dropout);
  }
  x = run(x, frozen_layers_.value_or(0), config_.layers, dropout);
  if (prompt) x = x.index_select(0, batch.own_places);
  return normalise(weights_.final_norm, config_, x);
}

const at::Tensor& CausalModel::head() const {
  return config_.tied ? weights_.token_embeddings : weights_.head;
}

at::Tensor CausalModel::logits(const PackedBatch& batch) const {
  return at::matmul(hidden(batch, Mode::evaluation), head().t());
}

std::int64_t CausalModel::max_tokens() const {
  return config_.max_positions - places_in_front(options_.adaptation);
}

/// The prefix is what a cache holds before the first token.
void CausalModel::begin(KeyValueCache& cache) const {
  cache.layers.resize(weights_.layers.size());
  if (options_.adaptation.kind != AdaptationKind::prefix) return;
  const at::Tensor nothing =
      at::empty({1, config_.key_value_heads, 0, config_.head_size}, head().options());
  for (std::size_t i = 0; i < weights_.layers.size(); ++i) {
    const Prefix& prefix = weights_.layers[i].prefix;
    cache.layers[i] = {behind_prefix(prefix.keys, nothing), behind_prefix(prefix.values, nothing)};
  }
  cache.tokens = options_.adaptation.virtual_tokens;
}

at::Tensor CausalModel::next_logits(const std::vector<std::int32_t>& tokens,
                                    KeyValueCache& cache) const {
  const at::NoGradGuard no_gradients;
  if (cache.layers.empty()) begin(cache);
  PackedBatch batch = one_row(tokens, cache.tokens, device());
  if (cache.tokens == 0 && weights_.prompt.defined()) {
    batch = with_virtual_tokens(batch, weights_.prompt.size(0));
  }
  const Rotation rotation = rotation_of(config_, cache.tokens, batch.longest, device());
  at::Tensor x = embed(weights_, config_, batch, {});
  for (std::size_t i = 0; i < weights_.layers.size(); ++i) {
    x = run_layer(weights_.layers[i], config_, batch, rotation, x, {}, &cache.layers[i]);
  }
  cache.tokens += batch.longest;
  const at::Tensor last = normalise(weights_.final_norm, config_, x).select(0, batch.longest - 1);
  return at::matmul(head(), last);
}

NamedTensors CausalModel::tensors() const {
  NamedTensors all;
  DecoderWeights weights = weights_;  // shares the tensors; decoder_slots() points into it
  for (const WeightSlot& slot : decoder_slots(weights, config_).weights) {
    all.emplace(slot.name, slot.transposed ? slot.tensor->t().contiguous() : *slot.tensor);
  }
  return all;
}

void CausalModel::round_frozen(at::ScalarType type) {
  const SlotList slots = decoder_slots(weights_, config_);
  for (const WeightSlot& slot : slots.weights) {
    if (!slot.tensor->requires_grad()) *slot.tensor = slot.tensor->to(type);
  }
}

void CausalModel::merge() {
  merge_low_rank(decoder_slots(weights_, config_).linears);
  options_.adaptation.kind = AdaptationKind::full;
  lora_targets_.clear();
  trained_ = {};
}

}  // namespace winnow::train
