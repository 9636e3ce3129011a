// A causal language model as it is fine-tuned, evaluated, asked and exported. Letters as in
// packed_batch.hpp.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "trainer/model/adaptation.hpp"
#include "trainer/model/decoder.hpp"

namespace winnow::train {

struct CausalOptions {
  Adaptation adaptation;
  double dropout = 0.0;        // of activations in trained layers, in training only
  bool checkpointing = false;  // see recomputed.hpp
};

class CausalModel {
 public:
  /// Low-rank additions are drawn from `seed`. Throws ConfigError when more layers are to be
  /// trained than there are, or additions are asked for where there is nothing to add to.
  CausalModel(const DecoderConfig& config, DecoderWeights weights, const CausalOptions& options,
              std::uint64_t seed, at::Device device);
  CausalModel(const CausalModel&) = delete;
  CausalModel& operator=(const CausalModel&) = delete;

  const DecoderConfig& config() const { return config_; }
  const CausalOptions& options() const { return options_; }
  at::Device device() const { return weights_.token_embeddings.device(); }

  enum class Mode { training, evaluation };
  /// What the head multiplies, of a row's own tokens: (N, C). In training, dropout draws from the
  /// default generator.
  at::Tensor hidden(const PackedBatch& rows, Mode mode) const;
  /// (V, C)
  const at::Tensor& head() const;
  /// (N, V); for the tests and for short rows: nothing is spared here.
  at::Tensor logits(const PackedBatch& batch) const;

  /// The longest row: the model's positions but for those in front of it.
  std::int64_t max_tokens() const;

  /// The logits behind the last of these tokens, (V), given what the cache holds; adds to it.
  at::Tensor next_logits(const std::vector<std::int32_t>& tokens, KeyValueCache& cache) const;

  /// All tensors under the names of Hugging Face's class, without low-rank additions, in the
  /// layout of its files.
  NamedTensors tensors() const;
  /// What training changes. The head of a tied model is its embeddings.
  const TrainedTensors& trained() const { return trained_; }
  const std::vector<std::string>& lora_targets() const { return lora_targets_; }
  /// Adds the low-rank additions to the weights and forgets them.
  void merge();
  /// What is not trained becomes of this type; of what is trained the arena decides.
  void round_frozen(at::ScalarType type);

 private:
  void begin(KeyValueCache& cache) const;

  DecoderConfig config_;
  CausalOptions options_;
  DecoderWeights weights_;
  std::optional<std::int64_t> frozen_layers_;  // from the bottom; nothing: not even the embeddings
  std::vector<std::string> lora_targets_;
  TrainedTensors trained_;
};

}  // namespace winnow::train
