// The only file that knows which version of libtorch it is compiled with (1.13 … 2.x): everything
// that differs between them has one name here.
#pragma once

#include <ATen/ATen.h>
#include <torch/version.h>

#include <cmath>
#include <limits>
#include <string_view>

namespace winnow::train {

inline constexpr std::string_view torch_version = TORCH_VERSION;

/// softmax(q·kᵀ/√D + mask)·v with dropout on the softmax's result. q, k, v: (B, H, T, D); `mask` is
/// added to the scores: (B, 1, 1, T), (T, T) or undefined.
inline at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                            const at::Tensor& mask, double dropout) {
#if TORCH_VERSION_MAJOR >= 2
  const auto optional_mask =
      mask.defined() ? std::optional<at::Tensor>(mask.to(q.scalar_type())) : std::nullopt;
  return at::scaled_dot_product_attention(q, k, v, optional_mask, dropout, /*is_causal=*/false);
#else
  // 1.13 has it only as a private function without a fused kernel for this case.
  const double scale = 1.0 / std::sqrt(static_cast<double>(q.size(-1)));
  at::Tensor scores = at::matmul(q * scale, k.transpose(-2, -1));  // (B, H, T, T)
  if (mask.defined()) scores = scores + mask.to(scores.scalar_type());
  at::Tensor weights = at::softmax(scores, -1);
  if (dropout > 0.0) weights = at::dropout(weights, dropout, /*train=*/true);
  return at::matmul(weights, v);
#endif
}

/// The same where a token sees itself and what came before it. k and v may begin earlier than q:
/// the last tokens of both are the same ones.
inline at::Tensor causal_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                                   double dropout) {
  const std::int64_t asking = q.size(-2), seen = k.size(-2);
  if (asking == 1) return attention(q, k, v, {}, dropout);
#if TORCH_VERSION_MAJOR >= 2
  if (asking == seen) {
    return at::scaled_dot_product_attention(q, k, v, std::nullopt, dropout, /*is_causal=*/true);
  }
#endif
  const at::Tensor mask =
      at::full({asking, seen}, -std::numeric_limits<double>::infinity(), q.options())
          .triu(seen - asking + 1);
  return attention(q, k, v, mask, dropout);
}

}  // namespace winnow::train
