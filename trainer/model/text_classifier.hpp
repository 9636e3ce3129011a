// An encoder of the BERT family with a linear head over a pooled row: what is fine-tuned, evaluated
// and exported. The lowest layers may be frozen; what they compute depends on the tokens alone and
// may be handed in ready-made. Letters for shapes as in packed_batch.hpp.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "trainer/model/adaptation.hpp"
#include "trainer/model/bert.hpp"
#include "trainer/model/tensors.hpp"

namespace winnow::train {

enum class Pooling { mean, cls };
enum class Mode { training, evaluation };

std::string_view text(Pooling pooling);
/// Throws ConfigError for other words than "mean" and "cls"; `place` names where it was written.
Pooling parse_pooling(const std::string& word, const std::string& place);

struct ClassifierOptions {
  std::int64_t classes = 2;
  Pooling pooling = Pooling::mean;
  Adaptation adaptation;
  double dropout = 0.0;        // in trained layers and before the head, in training only
  bool checkpointing = false;  // see recomputed.hpp
};

/// What the model is given for some rows. `pooled` if defined is enough; else `hidden` if defined
/// is what the frozen part computed; else the tokens are the start.
struct ClassifierInput {
  PackedBatch batch;
  at::Tensor hidden;  // (N, C) or undefined
  at::Tensor pooled;  // (B, C) or undefined
};

class TextClassifier {
 public:
  /// A new head over a pretrained encoder, its weights normal with the config's standard deviation,
  /// drawn on the processor from `seed` alone. Throws ConfigError when more layers are to be
  /// trained than there are.
  TextClassifier(const BertConfig& config, BertWeights encoder, const ClassifierOptions& options,
                 std::uint64_t seed, at::Device device);
  TextClassifier(const TextClassifier&) = delete;
  TextClassifier& operator=(const TextClassifier&) = delete;

  const BertConfig& config() const { return config_; }
  const ClassifierOptions& options() const { return options_; }
  at::Device device() const { return classifier_.weight.device(); }

  /// How many layers from the bottom are frozen; nothing: not even the embeddings.
  std::optional<std::int64_t> frozen_layers() const { return frozen_layers_; }

  /// What enters the lowest trained layer (or the head): (N, C). Needs frozen layers; never drops
  /// out.
  at::Tensor frozen_hidden(const PackedBatch& batch) const;

  /// (N, C) of the top layer → (B, C): mean over a row's tokens, or its first token, virtual ones
  /// included, as PEFT's models of this class see them.
  at::Tensor pool(const PackedBatch& batch, const at::Tensor& hidden) const;

  /// (B, K). In training, dropout draws from the default generator.
  at::Tensor logits(const ClassifierInput& input, Mode mode) const;

  /// All tensors under the names of Hugging Face's class for the family, such as
  /// BertForSequenceClassification; a pooler only if the head uses it. Without low-rank additions.
  NamedTensors tensors() const;
  /// What training changes, under the same names, and what was added; the head's layer is L.
  const TrainedTensors& trained() const { return trained_; }
  /// The linear maps that got a low-rank addition, as endings of their names.
  const std::vector<std::string>& lora_targets() const { return lora_targets_; }
  /// Adds the low-rank additions to the weights and forgets them.
  void merge();
  /// What is not trained becomes of this type; of what is trained the arena decides.
  void round_frozen(at::ScalarType type);
  /// The ones that frozen_hidden() reads.
  NamedTensors frozen() const;

 private:
  at::ScalarType type() const { return classifier_.weight.scalar_type(); }
  bool uses_pooler() const { return options_.pooling == Pooling::cls && encoder_.pooler; }
  PackedBatch behind_virtual_tokens(const PackedBatch& batch) const;
  at::Tensor run_layers(const PackedBatch& batch, at::Tensor hidden, std::int64_t from,
                        std::int64_t to, const Dropout& dropout) const;

  BertConfig config_;
  ClassifierOptions options_;
  BertWeights encoder_;
  Linear classifier_;  // (K, C)
  std::optional<std::int64_t> frozen_layers_;
  std::vector<std::string> lora_targets_;
  TrainedTensors trained_;
};

}  // namespace winnow::train
