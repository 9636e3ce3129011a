// Rows of different lengths as one tensor without padding: everything but attention works on tokens
// one by one, so only attention sees a padded grid.
//
// Letters for shapes, used in all of trainer/model:
//   B rows of the batch    T tokens of its longest row    N tokens of all its rows (N ≤ B·T)
//   C hidden size          H attention heads              D = C / H          K classes
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

#include "trainer/data/dataset.hpp"

namespace winnow::train {

struct PackedBatch {
  std::int64_t rows = 0;     // B
  std::int64_t longest = 0;  // T
  at::Tensor tokens;         // (N) ids
  at::Tensor positions;      // (N) place of each token in its row
  at::Tensor slots;          // (N) place of each token in the grid, row · T + position
  at::Tensor first_tokens;   // (B) place of each row's first token among the N
  at::Tensor lengths;        // (B, 1) tokens of each row, as fp32
  at::Tensor mask;  // (B, 1, 1, T): 0 where there is a token, -inf elsewhere; undefined if N = B·T
  at::Tensor virtual_places;  // place of each virtual token among the N; undefined: there are none
  at::Tensor own_places;      // and of the others, in their order; likewise
};

/// Needs at least one row, each with at least one token.
PackedBatch pack(const TokenDataset& dataset, std::span<const std::uint32_t> rows,
                 at::Device device);

/// (N, X) → (B, T, X), zeros where there is no token.
at::Tensor to_grid(const PackedBatch& batch, const at::Tensor& packed);

/// (B, T, X) → (N, X).
at::Tensor to_packed(const PackedBatch& batch, const at::Tensor& grid);

}  // namespace winnow::train
