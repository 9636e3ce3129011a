#include "searchers/operators/crossover.hpp"

namespace winnow::search {

void cross_binomial(std::vector<double>& donor, std::span<const double> parent, double rate,
                    Rng& rng) {
  const std::size_t kept = static_cast<std::size_t>(rng.below(donor.size()));
  for (std::size_t j = 0; j < donor.size(); ++j)
    if (rng.uniform() >= rate && j != kept) donor[j] = parent[j];
}

}  // namespace winnow::search
