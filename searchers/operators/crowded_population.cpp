#include "searchers/operators/crowded_population.hpp"

#include <utility>

namespace winnow::search {

void CrowdedPopulation::take_in(std::vector<Individual> newcomers) {
  for (Individual& newcomer : newcomers) {
    genomes_.push_back(std::move(newcomer.genome));
    losses_.push_back(std::move(newcomer.losses));
    if (losses_.size() <= size_) continue;
    const auto leaving = static_cast<std::ptrdiff_t>(least_wanted(losses_));
    genomes_.erase(genomes_.begin() + leaving);
    losses_.erase(losses_.begin() + leaving);
  }
}

}  // namespace winnow::search
