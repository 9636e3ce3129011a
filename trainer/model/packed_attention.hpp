// Attention of rows without padding, on a processor. Scores are never all in memory: they are
// computed for some queries of one head at a time, and again in the backward pass (Dao, Fu, Ermon,
// Rudra, Ré 2022, "FlashAttention", algorithms 1 and 4, with blocks of queries only). Rows and
// heads are shared out among threads, whose number changes nothing to the bit.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "trainer/model/packed_batch.hpp"

namespace winnow::train {

struct AttentionShape {
  std::int64_t heads = 0;
  std::int64_t key_value_heads = 0;  // divides heads
  std::int64_t head_size = 0;
  bool causal = false;  // a token sees itself and what came before it
};

/// Whether packed_attention() computes with this tensor: fp32 on a processor whose BLAS can be
/// called.
bool has_packed_attention(const at::Tensor& joined);

/// Where each row of the batch begins among its tokens, and their number: (B + 1).
std::vector<std::int64_t> row_begins(const PackedBatch& batch);

/// softmax(q·kᵀ/√D)·v with dropout on the softmax's result: (N, heads·D). `joined`: (N, heads·D +
/// 2·key_value_heads·D) with queries, keys and values side by side; row b of the batch has the
/// tokens begins[b] … begins[b + 1] - 1. With `cosines` and `sines` (T, D/2), defined or not
/// together, queries and keys are turned first by the angles of their places in the row.
at::Tensor packed_attention(const at::Tensor& joined, const std::vector<std::int64_t>& begins,
                            const AttentionShape& shape, double dropout,
                            const at::Tensor& cosines = {}, const at::Tensor& sines = {});

}  // namespace winnow::train
