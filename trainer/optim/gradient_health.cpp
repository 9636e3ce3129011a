#include "trainer/optim/gradient_health.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace winnow::train {

void NormRecord::add(double norm) {
  sum += norm;
  largest = std::max(largest, norm);
  ++steps;
}

bool has_exploded(double norm, double limit) {
  return !std::isfinite(norm) || (limit > 0.0 && norm > limit);
}

std::vector<std::int64_t> vanished_layers(const std::map<std::int64_t, double>& sizes,
                                          double share) {
  double largest = 0.0;
  for (const auto& [layer, size] : sizes) largest = std::max(largest, size);
  std::vector<std::int64_t> vanished;
  for (const auto& [layer, size] : sizes) {
    if (size < share * largest) vanished.push_back(layer);
  }
  return vanished;
}

std::string names_of_layers(const std::vector<std::int64_t>& layers) {
  std::string names = layers.size() > 1 ? "layers" : "layer";
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (i > 0) names += i + 1 == layers.size() ? " and" : ",";
    names += layers[i] < 0 ? " of embeddings" : fmt::format(" {}", layers[i]);
  }
  return names;
}

}  // namespace winnow::train
