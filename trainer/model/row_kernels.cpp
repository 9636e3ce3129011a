#include "trainer/model/row_kernels.hpp"

#include <bit>
#include <cmath>

namespace winnow::train {
namespace {

/// e^x for x ≤ 0 to about two units in the last place: 2^n·e^r with |r| ≤ ln 2 / 2, and the
/// polynomial of Cephes (Moshier 1989, expf.c). In one line of operations without branches, which
/// the compiler can do for many x at once.
inline float exponential(float x) {
  x = x < -87.0f ? -87.0f : x;  // near the least normal number; NaN stays
  // Adding 1.5·2^23 rounds to the nearest integer: no fractional bits are left.
  constexpr float rounding = 12582912.0f;
  const float n = (x * 1.44269504088896341f + rounding) - rounding;
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  const auto exponent = static_cast<std::int32_t>(n) + 127;
  return p * std::bit_cast<float>(exponent << 23);
}

// Sums that stay apart until the end: enough for the widest registers, and the same order of
// additions on every processor.
constexpr std::int64_t lanes = 16;

}  // namespace

[[gnu::target_clones("avx2", "default")]] float softmax_row(float* scores, std::int64_t count,
                                                            const DropMask& mask,
                                                            std::uint32_t mask_index) {
  float largest = scores[0];
  for (std::int64_t j = 1; j < count; ++j) largest = scores[j] > largest ? scores[j] : largest;
  float sums[lanes] = {};
  const std::int64_t whole = count - count % lanes;
  for (std::int64_t j = 0; j < whole; j += lanes) {
    for (std::int64_t k = 0; k < lanes; ++k) {
      const float e = exponential(scores[j + k] - largest);
      scores[j + k] = e;
      sums[k] += e;
    }
  }
  float sum = 0.0f;
  for (std::int64_t j = whole; j < count; ++j) {
    scores[j] = exponential(scores[j] - largest);
    sum += scores[j];
  }
  for (const float part : sums) sum += part;
  const float scale = 1.0f / sum;
  if (mask.threshold == 0) {
    for (std::int64_t j = 0; j < count; ++j) scores[j] *= scale;
  } else {
    const DropMask local = mask;
    const auto end = static_cast<std::uint32_t>(count);
    for (std::uint32_t j = 0; j < end; ++j) scores[j] *= scale * local.factor(mask_index + j);
  }
  return largest + std::log(sum);
}

[[gnu::target_clones("avx2", "default")]] void softmax_gradient_row(float* scores, float* slopes,
                                                                    std::int64_t count,
                                                                    float log_sum, float delta,
                                                                    const DropMask& mask,
                                                                    std::uint32_t mask_index) {
  const DropMask local = mask;
  const auto end = static_cast<std::uint32_t>(count);
  for (std::uint32_t j = 0; j < end; ++j) {
    const float p = exponential(scores[j] - log_sum);
    const float factor = local.threshold == 0 ? 1.0f : local.factor(mask_index + j);
    scores[j] = p * factor;
    slopes[j] = p * (slopes[j] * factor - delta);
  }
}

[[gnu::target_clones("avx2", "default")]] float dot(const float* a, const float* b,
                                                    std::int64_t count) {
  float sums[lanes] = {};
  const std::int64_t whole = count - count % lanes;
  for (std::int64_t j = 0; j < whole; j += lanes) {
    for (std::int64_t k = 0; k < lanes; ++k) sums[k] += a[j + k] * b[j + k];
  }
  float sum = 0.0f;
  for (std::int64_t j = whole; j < count; ++j) sum += a[j] * b[j];
  for (const float part : sums) sum += part;
  return sum;
}

void rotate_row(const float* from, float* to, std::int64_t size, const float* cosines,
                const float* sines, float direction) {
  const std::int64_t half = size / 2;
  for (std::int64_t i = 0; i < half; ++i) {
    const float x = from[i], y = from[i + half], sine = direction * sines[i];
    to[i] = x * cosines[i] - y * sine;
    to[i + half] = y * cosines[i] + x * sine;
  }
}

}  // namespace winnow::train
