#include "searchers/models/choice_adaptation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

constexpr double signal_to_noise = 1.5;  // α of CatCMA

void normalise(std::vector<double>& q) {
  const double total = std::accumulate(q.begin(), q.end(), 0.0);
  for (double& probability : q) probability /= total;
}

}  // namespace

ChoiceAdaptation::ChoiceAdaptation(std::vector<std::vector<double>> probabilities, double margin)
    : probabilities_(std::move(probabilities)), margin_(margin) {
  for (std::vector<double>& q : probabilities_) {
    expect(q.size() >= 2, "a choice between two values at least");
    normalise(q);
    path_.resize(path_.size() + q.size() - 1);
  }
  expect(probabilities_.empty() || (margin > 0 && margin < 0.5), "a margin that leaves room");
  keep_margin();
}

std::vector<std::size_t> ChoiceAdaptation::draw(Rng& rng) const {
  std::vector<std::size_t> codes;
  for (const std::vector<double>& q : probabilities_) {
    double mark = rng.uniform();
    std::size_t code = 0;
    while (code + 1 < q.size() && (mark -= q[code]) >= 0) ++code;
    codes.push_back(code);
  }
  return codes;
}

double ChoiceAdaptation::parameters() const { return static_cast<double>(path_.size()); }

void ChoiceAdaptation::update(std::span<const std::vector<std::size_t>> codes,
                              std::span<const double> weights) {
  expect(codes.size() == weights.size(), "a weight for each sample");
  // The natural gradient, and its image under the root of the Fisher matrix: Akimoto et al. 2019,
  // appendix B.
  std::vector<std::vector<double>> slopes;
  std::vector<double> whitened;
  double squares = 0;
  for (std::size_t k = 0; k < probabilities_.size(); ++k) {
    const std::vector<double>& q = probabilities_[k];
    std::vector<double> slope(q.size());
    for (std::size_t i = 0; i < codes.size(); ++i) {
      for (std::size_t code = 0; code < q.size(); ++code) slope[code] -= weights[i] * q[code];
      slope[codes[i][k]] += weights[i];
    }
    const double last = q.back(), sum = -slope.back();  // of all slopes but the last
    for (std::size_t code = 0; code + 1 < q.size(); ++code) {
      const double root = std::sqrt(q[code]);
      whitened.push_back(slope[code] / root + root * sum / (last + std::sqrt(last)));
      squares += whitened.back() * whitened.back();
    }
    slopes.push_back(std::move(slope));
  }
  const double length = std::sqrt(squares);
  if (!(length > 0)) return;  // the samples are as the distributions are
  for (std::size_t k = 0; k < probabilities_.size(); ++k)
    for (std::size_t code = 0; code < probabilities_[k].size(); ++code)
      probabilities_[k][code] += step_ / length * slopes[k][code];
  keep_margin();

  const double beta = std::min(1.0, step_ / std::sqrt(parameters()));
  double path_squares = 0;
  for (std::size_t j = 0; j < path_.size(); ++j) {
    path_[j] = (1 - beta) * path_[j] + std::sqrt(beta * (2 - beta)) * whitened[j] / length;
    path_squares += path_[j] * path_[j];
  }
  confidence_ = (1 - beta) * (1 - beta) * confidence_ + beta * (2 - beta);
  step_ *= std::exp(beta * (path_squares / signal_to_noise - confidence_));
  // Longer steps than from one end of a distribution to the other mean nothing.
  step_ = std::min(step_, std::sqrt(parameters()));
}

void ChoiceAdaptation::keep_margin() {
  for (std::vector<double>& q : probabilities_) {
    const double least = margin_ / static_cast<double>(q.size() - 1);
    double total = 0, above = 0;
    for (double& probability : q) {
      probability = std::max(probability, least);
      total += probability;
      above += probability - least;
    }
    if (above > 0)
      for (double& probability : q) probability += (1 - total) * (probability - least) / above;
    normalise(q);  // against rounding
  }
}

}  // namespace winnow::search
