// The forward pass of BERT (Devlin, Chang, Lee, Toutanova 2018, "BERT: Pre-training of Deep
// Bidirectional Transformers") and its relatives, as Hugging Face defines it: LayerNorm after each
// residual sum, exact GELU, absolute positions, all tokens of type 0. Plain functions of weights
// and inputs; letters as in packed_batch.hpp.
#pragma once

#include <ATen/core/Tensor.h>

#include "trainer/model/bert_weights.hpp"
#include "trainer/model/packed_batch.hpp"

namespace winnow::train {

/// What the tokens look like before the first layer: (N, C).
at::Tensor embed(const BertWeights& weights, const BertConfig& config, const PackedBatch& batch,
                 const Dropout& dropout);

/// One layer: (N, C) → (N, C). Dropout falls on the attention weights and on both branches before
/// they are added to the residual.
at::Tensor run_layer(const BertLayer& layer, const BertConfig& config, const PackedBatch& batch,
                     const at::Tensor& hidden, const Dropout& dropout);

}  // namespace winnow::train
