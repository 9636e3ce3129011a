// Cross-entropy of a language model without a table of all logits: they are computed for a few
// hundred tokens at a time, and with them at once the gradients of hidden states and head, so that
// nothing is computed twice and memory does not grow with tokens × vocabulary.
#pragma once

#include <ATen/core/Tensor.h>

namespace winnow::train {

/// The sum over tokens of -log p(target), in nats, with the share `label_smoothing` of each target
/// spread over the vocabulary. hidden: (N, C), head: (V, C), targets: (N). The result has a graph
/// to what of hidden and head requires gradients.
at::Tensor token_loss_sum(const at::Tensor& hidden, const at::Tensor& head,
                          const at::Tensor& targets, double label_smoothing);

}  // namespace winnow::train
