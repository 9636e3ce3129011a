// A population of fixed size that keeps what lies in the foremost layers of dominance and has most
// room there: the survivor selection of NSGA-II, one newcomer at a time.
#pragma once

#include <vector>

#include "searchers/operators/steady_evolution.hpp"
#include "searchers/operators/survival.hpp"

namespace winnow::search {

class CrowdedPopulation {
 public:
  explicit CrowdedPopulation(std::size_t size) : size_(size) {}

  /// Each takes its place at once, and the least wanted member goes (Durillo, Nebro, Luna, Alba
  /// 2009, "On the effect of the steady-state selection scheme in multi-objective genetic
  /// algorithms"). O(N log² N) for each, up to three objectives.
  void take_in(std::vector<Individual> newcomers);

  std::size_t size() const { return losses_.size(); }
  const std::vector<std::vector<double>>& genomes() const { return genomes_; }
  CrowdedRanks ranks() const { return crowded_ranks(losses_); }

 private:
  std::size_t size_;
  std::vector<std::vector<double>> genomes_;
  std::vector<Losses> losses_;
};

}  // namespace winnow::search
