// What stands in front of the rows of a batch and is learned while the model stays as it is: keys
// and values in front of those of each layer (Li and Liang 2021, "Prefix-Tuning", section 4.2, in
// the form without a network behind it), or embeddings in front of those of each row (Lester,
// Al-Rfou, Constant 2021, "The Power of Scale for Parameter-Efficient Prompt Tuning"). Positions of
// a row's own tokens count on from there, as in PEFT. Letters as in packed_batch.hpp; n virtual
// tokens.
#pragma once

#include <ATen/core/Tensor.h>

#include "trainer/model/packed_batch.hpp"

namespace winnow::train {

/// Of one layer: as they would lie in its cache, norms and rotations done.
struct Prefix {
  at::Tensor keys;    // (n, key_value_heads·D); undefined: no prefix
  at::Tensor values;  // the same shape
};

/// (n, H·D) in front of (B, H, T, D): (B, H, n + T, D). What is undefined stands nowhere.
at::Tensor behind_prefix(const at::Tensor& prefix, const at::Tensor& heads);

/// The mask of a batch, (B, 1, 1, T) or undefined, with `count` visible places in front.
at::Tensor mask_behind_prefix(const at::Tensor& mask, std::int64_t count);

/// The batch with each row's positions moved up by `count`.
PackedBatch moved_up(const PackedBatch& batch, std::int64_t count);

/// The batch with `count` virtual tokens in front of each row: B·count tokens more, whose ids are 0
/// and mean nothing.
PackedBatch with_virtual_tokens(const PackedBatch& batch, std::int64_t count);

/// The table's rows for the tokens of a batch, those of `prompt` (n, C) for its virtual ones:
/// (N, C).
at::Tensor look_up(const at::Tensor& table, const at::Tensor& prompt, const PackedBatch& batch);

}  // namespace winnow::train
