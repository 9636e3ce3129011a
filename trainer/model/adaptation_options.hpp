// Which tensors of a model training changes, and what is put beside them: all of the top layers,
// their biases alone, low-rank additions, bottlenecks, or virtual tokens. Needs no libtorch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace winnow::train {

enum class AdaptationKind {
  full,
  lora,      // Hu et al. 2021
  bitfit,    // Ben Zaken, Ravfogel, Goldberg 2022, "BitFit": biases only
  adapters,  // Houlsby et al. 2019: bottlenecks behind the branches of a layer
  prefix,    // Li and Liang 2021: keys and values in front of those of each layer
  prompt     // Lester, Al-Rfou, Constant 2021: embeddings in front of those of a row
};

struct LoraOptions {
  std::int64_t rank = 8;
  double alpha = 8.0;
  bool rank_stabilized = false;  // alpha / √r instead of alpha / r (Kalajdzievski 2023)
  double dropout = 0.0;
  std::string targets;  // endings of names with commas between; empty: the family's usual ones
};

/// Behind which branches of a layer there is a bottleneck: attention and MLP, or the MLP alone
/// (Pfeiffer et al. 2021, "AdapterFusion", appendix A).
enum class BottleneckPlaces { both, mlp };

struct BottleneckOptions {
  std::int64_t size = 64;
  BottleneckPlaces places = BottleneckPlaces::both;
};

struct Adaptation {
  AdaptationKind kind = AdaptationKind::full;
  /// Number of layers from the top that are trained; nothing: all layers and the embeddings.
  std::optional<std::int64_t> trainable_layers;
  LoraOptions lora;
  BottleneckOptions bottleneck;
  std::int64_t virtual_tokens = 20;  // of prefix and prompt
};

/// Throws ConfigError for another word; `place` names where it was written.
AdaptationKind parse_adaptation(const std::string& word, const std::string& place);
/// The same for "both" and "mlp".
BottleneckPlaces parse_places(const std::string& word, const std::string& place);
std::string text(BottleneckPlaces places);

/// Whether the model's own weights stay and something is put beside them, so that a small folder
/// holds all that was learned.
bool is_addition(AdaptationKind kind);

/// Virtual tokens or their keys and values stand in front of each row, which takes so many places
/// of the context; 0 otherwise.
std::int64_t places_in_front(const Adaptation& adaptation);

/// What multiplies B·A.
double low_rank_scale(const LoraOptions& options);

/// How many layers from the bottom compute the same whatever is learned; nothing: not even the
/// embeddings do. Additions leave the embeddings as they are. Throws ConfigError when more layers
/// are to be trained than there are.
std::optional<std::int64_t> frozen_layer_count(const Adaptation& adaptation, std::int64_t layers);

}  // namespace winnow::train
