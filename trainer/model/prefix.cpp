#include "trainer/model/prefix.hpp"

#include <ATen/ATen.h>

#include "trainer/model/direct_map.hpp"

namespace winnow::train {

at::Tensor behind_prefix(const at::Tensor& prefix, const at::Tensor& heads) {
  if (!prefix.defined()) return heads;
  const at::Tensor front = prefix.view({prefix.size(0), heads.size(1), heads.size(3)})
                               .transpose(0, 1)
                               .unsqueeze(0)
                               .expand({heads.size(0), -1, -1, -1});
  return at::cat({front, heads}, 2);
}

at::Tensor mask_behind_prefix(const at::Tensor& mask, std::int64_t count) {
  if (!mask.defined() || count == 0) return mask;
  return at::cat({at::zeros({mask.size(0), 1, 1, count}, mask.options()), mask}, 3);
}

PackedBatch moved_up(const PackedBatch& batch, std::int64_t count) {
  PackedBatch moved = batch;
  moved.positions = batch.positions + count;
  return moved;
}

PackedBatch with_virtual_tokens(const PackedBatch& batch, std::int64_t count) {
  const at::TensorOptions integers = batch.tokens.options();
  const at::Tensor rows = at::arange(batch.rows, integers);
  const at::Tensor front = at::arange(count, integers);
  const at::Tensor row_of_token = at::floor_divide(batch.slots, batch.longest);
  const std::int64_t total = batch.tokens.size(0) + batch.rows * count;
  PackedBatch longer;
  longer.rows = batch.rows;
  longer.longest = batch.longest + count;
  longer.first_tokens = batch.first_tokens + rows * count;
  longer.virtual_places = (longer.first_tokens.unsqueeze(1) + front).flatten();
  longer.own_places = at::arange(batch.tokens.size(0), integers) + (row_of_token + 1) * count;
  const auto filled = [&](const at::Tensor& own, const at::Tensor& added) {
    return at::zeros({total}, integers)
        .index_copy(0, longer.own_places, own)
        .index_copy(0, longer.virtual_places, added);
  };
  longer.tokens = filled(batch.tokens, at::zeros_like(longer.virtual_places));
  longer.positions = filled(batch.positions + count, front.repeat({batch.rows}));
  longer.slots =
      filled(row_of_token, rows.repeat_interleave(count)) * longer.longest + longer.positions;
  longer.lengths = batch.lengths + static_cast<double>(count);
  longer.mask = mask_behind_prefix(batch.mask, count);
  return longer;
}

at::Tensor look_up(const at::Tensor& table, const at::Tensor& prompt, const PackedBatch& batch) {
  const at::Tensor found = direct_look_up(table, batch.tokens);
  if (!batch.virtual_places.defined()) return found;
  return found.index_copy(0, batch.virtual_places, prompt.repeat({batch.rows, 1}));
}

}  // namespace winnow::train
