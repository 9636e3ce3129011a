#include "searchers/models/choice_distribution.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "searchers/problem/error.hpp"

namespace winnow::search {

ChoiceDistribution::ChoiceDistribution(std::vector<double> weights)
    : probabilities_(std::move(weights)) {
  expect(probabilities_.size() >= 2, "a choice between two values at least");
  normalise();
}

void ChoiceDistribution::normalise() {
  const double total = std::accumulate(probabilities_.begin(), probabilities_.end(), 0.0);
  for (double& probability : probabilities_) probability /= total;
}

std::size_t ChoiceDistribution::draw(Rng& rng) const {
  double mark = rng.uniform();
  for (std::size_t code = 0; code + 1 < probabilities_.size(); ++code)
    if ((mark -= probabilities_[code]) < 0) return code;
  return probabilities_.size() - 1;
}

void ChoiceDistribution::learn(std::span<const std::size_t> codes, std::span<const double> weights,
                               double rate, double least) {
  expect(codes.size() == weights.size(), "a weight for each code");
  for (double& probability : probabilities_) probability *= 1 - rate;
  for (std::size_t i = 0; i < codes.size(); ++i) probabilities_[codes[i]] += rate * weights[i];
  for (double& probability : probabilities_) probability = std::max(probability, least);
  normalise();
}

}  // namespace winnow::search
