#include "trainer/model/sampling.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace winnow::train {

std::int32_t sample(std::span<const float> logits, const SamplingOptions& options,
                    std::mt19937_64& random) {
  const auto largest = std::max_element(logits.begin(), logits.end());
  if (options.temperature == 0.0) return static_cast<std::int32_t>(largest - logits.begin());
  std::vector<std::int32_t> order(logits.size());
  std::iota(order.begin(), order.end(), 0);
  const auto logit = [&](std::int32_t id) { return logits[static_cast<std::size_t>(id)]; };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::int32_t a, std::int32_t b) { return logit(a) > logit(b); });
  std::vector<double> shares;
  double total = 0.0;
  for (const std::int32_t id : order) {
    shares.push_back(std::exp(static_cast<double>(logit(id) - *largest) / options.temperature));
    total += shares.back();
  }
  std::size_t kept = 0;
  double reached = 0.0;
  while (kept < shares.size() && reached < options.top_p * total) reached += shares[kept++];
  // 53 random bits: every double in [0, 1) alike on every machine.
  const double drawn = static_cast<double>(random() >> 11) * 0x1p-53 * reached;
  double passed = 0.0;
  for (std::size_t i = 0; i < kept; ++i) {
    passed += shares[i];
    if (drawn < passed) return order[i];
  }
  return order[kept - 1];
}

}  // namespace winnow::train
