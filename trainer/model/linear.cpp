#include "trainer/model/linear.hpp"

#include <ATen/ATen.h>

#include <array>
#include <vector>

namespace winnow::train {

at::Tensor drop(const at::Tensor& values, double share) {
  return share > 0.0 ? at::dropout(values, share, /*train=*/true) : values;
}

at::Tensor apply(const LowRank& low_rank, const at::Tensor& input, const Dropout& dropout) {
  const at::Tensor narrow = at::linear(drop(input, dropout.low_rank), low_rank.a);
  return at::linear(narrow, low_rank.b) * low_rank.scale;
}

at::Tensor apply(const Linear& linear, const at::Tensor& input, const Dropout& dropout) {
  const at::Tensor output = at::linear(input, linear.weight, linear.bias);
  return linear.low_rank.a.defined() ? output + apply(linear.low_rank, input, dropout) : output;
}

at::Tensor apply_joined(const Linear& first, const Linear& second, const Linear& third,
                        const at::Tensor& input, const Dropout& dropout) {
  if (input.size(0) == 1) {  // joining the weights would cost more than the product
    return at::cat(
        {apply(first, input, dropout), apply(second, input, dropout), apply(third, input, dropout)},
        -1);
  }
  const std::array<const Linear*, 3> parts = {&first, &second, &third};
  const at::Tensor weight = at::cat({first.weight, second.weight, third.weight});
  const at::Tensor bias =
      first.bias.defined() ? at::cat({first.bias, second.bias, third.bias}) : at::Tensor();
  const at::Tensor joined = at::linear(input, weight, bias);
  bool any = false;
  std::vector<at::Tensor> outputs;
  std::int64_t begin = 0;
  for (const Linear* part : parts) {
    const std::int64_t width = part->weight.size(0);
    at::Tensor output = joined.narrow(-1, begin, width);
    begin += width;
    if (part->low_rank.a.defined()) {
      output = output + apply(part->low_rank, input, dropout);
      any = true;
    }
    outputs.push_back(output);
  }
  return any ? at::cat(outputs, -1) : joined;
}

}  // namespace winnow::train
