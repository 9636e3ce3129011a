#include "trainer/model/token_loss.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

#include "trainer/model/precision.hpp"

namespace winnow::train {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// 256 × 32,000 logits are 33 MB: large enough products for full speed, small beside a model.
constexpr std::int64_t tokens_at_a_time = 256;

struct Sums {
  double loss = 0.0;
  at::Tensor hidden;  // gradients, or undefined
  at::Tensor head;
};

void add_chunk(Sums& sums, std::int64_t begin, const at::Tensor& hidden, const at::Tensor& head,
               const at::Tensor& targets, double label_smoothing) {
  at::Tensor scores = at::log_softmax(widened(at::matmul(hidden, head.t())), 1);  // (n, V)
  const at::Tensor columns = targets.unsqueeze(1);
  at::Tensor loss = -scores.gather(1, columns).sum() * (1.0 - label_smoothing);
  const auto vocabulary = static_cast<double>(head.size(0));
  if (label_smoothing > 0.0) loss = loss - scores.sum() * (label_smoothing / vocabulary);
  sums.loss += loss.item<double>();
  if (!sums.hidden.defined() && !sums.head.defined()) return;
  // d loss / d logits = p - target distribution.
  at::Tensor slope = scores.exp_();
  if (label_smoothing > 0.0) slope.sub_(label_smoothing / vocabulary);
  slope.scatter_add_(1, columns, at::full_like(columns, label_smoothing - 1.0, slope.options()));
  slope = slope.to(head.scalar_type());
  if (sums.hidden.defined()) {
    at::Tensor part = sums.hidden.narrow(0, begin, hidden.size(0));
    at::matmul_out(part, slope, head);
  }
  if (!sums.head.defined()) return;
  if (sums.head.scalar_type() == head.scalar_type()) {
    sums.head.addmm_(slope.t(), hidden);
  } else {
    sums.head.add_(at::matmul(slope.t(), hidden));  // chunk upon chunk would be rounded away
  }
}

/// The number with the gradients that were found on the way to it.
struct SummedLoss : torch::autograd::Function<SummedLoss> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& hidden,
                            const at::Tensor& head, const Sums& sums) {
    context->save_for_backward({sums.hidden, sums.head});
    context->saved_data["head_type"] = static_cast<std::int64_t>(head.scalar_type());
    return at::full({}, sums.loss, widened(hidden).options().requires_grad(false));
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const auto head_type = static_cast<at::ScalarType>(context->saved_data["head_type"].toInt());
    const auto times_slope = [&](const at::Tensor& sum, at::ScalarType type) {
      return sum.defined() ? (widened(sum) * gradients[0]).to(type) : at::Tensor();
    };
    const at::ScalarType hidden_type = saved[0].defined() ? saved[0].scalar_type() : head_type;
    return {times_slope(saved[0], hidden_type), times_slope(saved[1], head_type), at::Tensor()};
  }
};

}  // namespace

at::Tensor token_loss_sum(const at::Tensor& hidden, const at::Tensor& head,
                          const at::Tensor& targets, double label_smoothing) {
  Sums sums;
  // Weights require gradients in evaluation too; only nobody asks for them there.
  const bool is_trained = at::GradMode::is_enabled();
  {
    const at::NoGradGuard no_gradients;
    if (is_trained && hidden.requires_grad()) sums.hidden = at::empty_like(hidden);
    if (is_trained && head.requires_grad()) sums.head = at::zeros_like(widened(head));
    for (std::int64_t begin = 0; begin < hidden.size(0); begin += tokens_at_a_time) {
      const std::int64_t count = std::min(tokens_at_a_time, hidden.size(0) - begin);
      add_chunk(sums, begin, hidden.detach().narrow(0, begin, count), head.detach(),
                targets.narrow(0, begin, count), label_smoothing);
    }
  }
  return SummedLoss::apply(hidden, head, sums);
}

}  // namespace winnow::train
