// Which tensors of a model training changes, and what is put beside them: all of the top layers,
// their biases alone, or low-rank additions. Needs no libtorch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace winnow::train {

enum class AdaptationKind {
  full,
  lora,    // Hu et al. 2021
  bitfit,  // Ben Zaken, Ravfogel, Goldberg 2022, "BitFit": biases only
};

struct LoraOptions {
  std::int64_t rank = 8;
  double alpha = 8.0;
  bool rank_stabilized = false;  // alpha / √r instead of alpha / r (Kalajdzievski 2023)
  double dropout = 0.0;
  std::string targets;  // endings of names with commas between; empty: the family's usual ones
};

struct Adaptation {
  AdaptationKind kind = AdaptationKind::full;
  /// Number of layers from the top that are trained; nothing: all layers and the embeddings.
  std::optional<std::int64_t> trainable_layers;
  LoraOptions lora;
};

/// Throws ConfigError for another word; `place` names where it was written.
AdaptationKind parse_adaptation(const std::string& word, const std::string& place);

/// What multiplies B·A.
double low_rank_scale(const LoraOptions& options);

/// How many layers from the bottom are frozen; nothing: not even the embeddings. With low-rank
/// additions the embeddings are. Throws ConfigError when more layers are to be trained than there
/// are.
std::optional<std::int64_t> frozen_layer_count(const Adaptation& adaptation, std::int64_t layers);

}  // namespace winnow::train
