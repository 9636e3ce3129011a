#include "searchers/operators/mutation.hpp"

#include <cmath>

namespace winnow::search {

void add_difference(std::vector<double>& donor, double factor, std::span<const double> to,
                    std::span<const double> from, const std::vector<bool>& unordered, Rng& rng) {
  for (std::size_t j = 0; j < donor.size(); ++j) {
    if (!unordered[j])
      donor[j] += factor * (to[j] - from[j]);
    else if (to[j] != from[j] && rng.uniform() < factor)
      donor[j] = to[j];
  }
}

void return_halfway(std::vector<double>& donor, std::span<const double> parent) {
  for (std::size_t j = 0; j < donor.size(); ++j) {
    if (donor[j] < 0) donor[j] = parent[j] / 2;
    if (donor[j] > 1) donor[j] = (1 + parent[j]) / 2;
  }
}

void scatter(std::vector<double>& genome, double share, Rng& rng) {
  if (share <= 0) return;
  for (double& coordinate : genome)
    if (rng.uniform() < share) coordinate = rng.uniform();
}

double share_to_scatter(int attempt) { return 1 - std::pow(0.9, attempt); }

}  // namespace winnow::search
