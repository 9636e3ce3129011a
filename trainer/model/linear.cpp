#include "trainer/model/linear.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <vector>

#include "trainer/model/direct_map.hpp"
#include "trainer/model/dropout.hpp"

namespace winnow::train {

namespace {

at::Tensor narrowed(const LowRank& low_rank, const at::Tensor& input, const Dropout& dropout) {
  return at::linear(drop(input, dropout.low_rank), low_rank.a);
}

at::Tensor behind(const Bottleneck& bottleneck, const at::Tensor& output) {
  if (!bottleneck.down.defined()) return output;
  const at::Tensor inner = at::gelu(at::linear(output, bottleneck.down, bottleneck.down_bias));
  return output + at::linear(inner, bottleneck.up, bottleneck.up_bias);
}

/// A of all three one below the other, and B of each where its outputs and its part of the narrow
/// input meet: one product for all three additions. Needs additions of one rank and scale.
at::Tensor add_joined(const std::array<const Linear*, 3>& parts, const at::Tensor& joined,
                      const at::Tensor& input) {
  const at::Tensor down =
      at::cat({parts[0]->low_rank.a, parts[1]->low_rank.a, parts[2]->low_rank.a});
  const at::Tensor up =
      at::block_diag({parts[0]->low_rank.b, parts[1]->low_rank.b, parts[2]->low_rank.b});
  return at::addmm(joined, at::linear(input, down), up.t(), 1.0, parts[0]->low_rank.scale);
}

}  // namespace

at::Tensor drop(const at::Tensor& values, double share) {
  if (share <= 0.0) return values;
  const bool on_processor = values.device().is_cpu() && values.scalar_type() == at::kFloat;
  if (on_processor) return drop_and_draw_again(values, share);
  return at::dropout(values, share, /*train=*/true);
}

at::Tensor apply(const Linear& linear, const at::Tensor& input, const Dropout& dropout) {
  if (has_direct_map({linear}, input, dropout)) {
    return behind(linear.bottleneck, direct_map({linear}, input));
  }
  at::Tensor output = at::linear(input, linear.weight, linear.bias);
  const LowRank& low_rank = linear.low_rank;
  if (low_rank.a.defined()) {
    output =
        at::addmm(output, narrowed(low_rank, input, dropout), low_rank.b.t(), 1.0, low_rank.scale);
  }
  return behind(linear.bottleneck, output);
}

at::Tensor apply_joined(const Linear& first, const Linear& second, const Linear& third,
                        const at::Tensor& input, const Dropout& dropout) {
  if (input.size(0) == 1) {  // joining the weights would cost more than the product
    return at::cat(
        {apply(first, input, dropout), apply(second, input, dropout), apply(third, input, dropout)},
        -1);
  }
  const std::vector<Linear> linears = {first, second, third};
  if (has_direct_map(linears, input, dropout)) return direct_map(linears, input);
  const std::array<const Linear*, 3> parts = {&first, &second, &third};
  const at::Tensor weight = at::cat({first.weight, second.weight, third.weight});
  const at::Tensor bias =
      first.bias.defined() ? at::cat({first.bias, second.bias, third.bias}) : at::Tensor();
  const at::Tensor joined = at::linear(input, weight, bias);
  const auto adapted = std::count_if(parts.begin(), parts.end(),
                                     [](const Linear* part) { return part->low_rank.a.defined(); });
  if (adapted == 0) return joined;
  if (adapted == 3 && dropout.low_rank == 0.0) return add_joined(parts, joined, input);
  std::vector<at::Tensor> outputs;
  std::int64_t begin = 0;
  for (const Linear* part : parts) {
    const std::int64_t width = part->weight.size(0);
    const LowRank& low_rank = part->low_rank;
    at::Tensor output = joined.narrow(-1, begin, width);
    begin += width;
    if (low_rank.a.defined()) {
      output = at::addmm(output, narrowed(low_rank, input, dropout), low_rank.b.t(), 1.0,
                         low_rank.scale);
    }
    outputs.push_back(output);
  }
  return at::cat(outputs, -1);
}

}  // namespace winnow::train
