#include "trainer/model/dropout.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

#include "trainer/model/random_bits.hpp"
#include "trainer/random_streams.hpp"

namespace winnow::train {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Elements with one key: their indices fit 32 bits, and a thread has enough to do.
constexpr std::int64_t block_size = 1 << 15;

[[gnu::target_clones("avx2", "default")]] void drop_block(const float* from, float* to,
                                                          std::uint32_t count,
                                                          const DropMask& mask) {
  const DropMask local = mask;
  for (std::uint32_t i = 0; i < count; ++i) to[i] = from[i] * local.factor(i);
}

at::Tensor dropped(const at::Tensor& values, double share, std::uint64_t key) {
  const at::Tensor from = values.contiguous();
  at::Tensor to = at::empty_like(from);
  const float* const source = from.data_ptr<float>();
  float* const target = to.data_ptr<float>();
  const std::int64_t size = from.numel(), blocks = (size + block_size - 1) / block_size;
  at::parallel_for(0, blocks, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t block = begin; block < end; ++block) {
      const std::int64_t first = block * block_size;
      const auto count = static_cast<std::uint32_t>(std::min(block_size, size - first));
      const std::uint64_t block_key =
          mixed_seed(key, RandomPurpose::dropout, static_cast<std::uint64_t>(block));
      drop_block(source + first, target + first, count, DropMask(block_key, share));
    }
  });
  return to;
}

struct DropFunction : torch::autograd::Function<DropFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& values, double share,
                            std::int64_t key) {
    context->saved_data["share"] = share;
    context->saved_data["key"] = key;
    return dropped(values, share, static_cast<std::uint64_t>(key));
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const double share = context->saved_data["share"].toDouble();
    const std::int64_t key = context->saved_data["key"].toInt();
    return {dropped(gradients[0], share, static_cast<std::uint64_t>(key)), {}, {}};
  }
};

}  // namespace

std::uint64_t draw_mask_key() {
  const at::Tensor number = at::empty({1}, at::kLong).random_();
  return static_cast<std::uint64_t>(number.item<std::int64_t>());
}

at::Tensor drop_and_draw_again(const at::Tensor& values, double share) {
  return DropFunction::apply(values, share, static_cast<std::int64_t>(draw_mask_key()));
}

}  // namespace winnow::train
