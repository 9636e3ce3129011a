#include "trainer/model/token_loss.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace winnow::train {
namespace {

// 256 × 32,000 logits are 33 MB: large enough products for full speed, small beside a model.
constexpr std::int64_t tokens_at_a_time = 256;

struct Sums {
  double loss = 0.0;
  at::Tensor hidden;  // gradients, or undefined
  at::Tensor head;
};

void add_chunk(Sums& sums, std::int64_t begin, const at::Tensor& hidden, const at::Tensor& head,
               const at::Tensor& targets, double label_smoothing) {
  at::Tensor scores = at::log_softmax(at::matmul(hidden, head.t()), 1);  // (n, V)
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
  if (sums.hidden.defined()) {
    at::Tensor part = sums.hidden.narrow(0, begin, hidden.size(0));
    at::matmul_out(part, slope, head);
  }
  if (sums.head.defined()) sums.head.addmm_(slope.t(), hidden);
}

}  // namespace

at::Tensor token_loss_sum(const at::Tensor& hidden, const at::Tensor& head,
                          const at::Tensor& targets, double label_smoothing) {
  Sums sums;
  // Weights require gradients in evaluation too; only nobody asks for them there.
  const bool is_trained = at::GradMode::is_enabled();
  {
    const at::NoGradGuard no_gradients;
    if (is_trained && hidden.requires_grad()) sums.hidden = at::empty_like(hidden);
    if (is_trained && head.requires_grad()) sums.head = at::zeros_like(head);
    for (std::int64_t begin = 0; begin < hidden.size(0); begin += tokens_at_a_time) {
      const std::int64_t count = std::min(tokens_at_a_time, hidden.size(0) - begin);
      add_chunk(sums, begin, hidden.detach().narrow(0, begin, count), head.detach(),
                targets.narrow(0, begin, count), label_smoothing);
    }
  }
  // A number with the value of the loss whose gradients are those above: x·g has the gradient g.
  at::Tensor carrier = at::zeros({}, hidden.options().requires_grad(false));
  if (sums.hidden.defined()) {
    carrier = carrier + at::dot(hidden.reshape(-1), sums.hidden.reshape(-1));
  }
  if (sums.head.defined()) carrier = carrier + at::dot(head.reshape(-1), sums.head.reshape(-1));
  return carrier + (sums.loss - carrier.detach());
}

}  // namespace winnow::train
