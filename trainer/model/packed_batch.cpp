#include "trainer/model/packed_batch.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

at::Tensor integers(std::int64_t size) { return at::empty({size}, at::kLong); }

}  // namespace

PackedBatch pack(const TokenDataset& dataset, std::span<const std::uint32_t> rows,
                 at::Device device) {
  expect(!rows.empty(), "a batch has rows");
  PackedBatch batch;
  batch.rows = static_cast<std::int64_t>(rows.size());
  std::int64_t total = 0;
  for (const std::uint32_t row : rows) {
    const auto length = static_cast<std::int64_t>(dataset.tokens(row).size());
    expect(length > 0, "a row has tokens");
    batch.longest = std::max(batch.longest, length);
    total += length;
  }
  batch.tokens = integers(total);
  batch.positions = integers(total);
  batch.slots = integers(total);
  batch.first_tokens = integers(batch.rows);
  batch.lengths = at::empty({batch.rows, 1}, at::kFloat);
  auto* tokens = batch.tokens.data_ptr<std::int64_t>();
  auto* positions = batch.positions.data_ptr<std::int64_t>();
  auto* slots = batch.slots.data_ptr<std::int64_t>();
  std::int64_t next = 0;
  for (std::int64_t b = 0; b < batch.rows; ++b) {
    const std::span<const std::int32_t> row = dataset.tokens(rows[static_cast<std::size_t>(b)]);
    batch.first_tokens.data_ptr<std::int64_t>()[b] = next;
    batch.lengths.data_ptr<float>()[b] = static_cast<float>(row.size());
    for (std::size_t position = 0; position < row.size(); ++position, ++next) {
      tokens[next] = row[position];
      positions[next] = static_cast<std::int64_t>(position);
      slots[next] = b * batch.longest + static_cast<std::int64_t>(position);
    }
  }
  if (total < batch.rows * batch.longest) {
    const float hidden = -std::numeric_limits<float>::infinity();
    batch.mask = at::full({batch.rows * batch.longest}, hidden, at::kFloat)
                     .index_fill_(0, batch.slots, 0.0)
                     .view({batch.rows, 1, 1, batch.longest});
  }
  for (at::Tensor* tensor : {&batch.tokens, &batch.positions, &batch.slots, &batch.first_tokens,
                             &batch.lengths, &batch.mask}) {
    if (tensor->defined()) *tensor = tensor->to(device);
  }
  return batch;
}

at::Tensor to_grid(const PackedBatch& batch, const at::Tensor& packed) {
  const std::int64_t width = packed.size(1);
  at::Tensor grid = packed;
  if (batch.mask.defined()) {
    grid = at::zeros({batch.rows * batch.longest, width}, packed.options())
               .index_copy(0, batch.slots, packed);
  }
  return grid.view({batch.rows, batch.longest, width});
}

at::Tensor to_packed(const PackedBatch& batch, const at::Tensor& grid) {
  const at::Tensor flat = grid.reshape({batch.rows * batch.longest, grid.size(2)});
  return batch.mask.defined() ? flat.index_select(0, batch.slots) : flat;
}

}  // namespace winnow::train
