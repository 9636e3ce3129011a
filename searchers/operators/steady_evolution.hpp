// Evolution one child at a time: what the evolutionary methods for several objectives share. Points
// to begin with, then children, never one tried before; what was told waits until somebody asks.
// Who stays in the population, and how children are made, is the method's own.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "searchers/numerics/dominance.hpp"
#include "searchers/operators/sampling.hpp"
#include "searchers/operators/used_points.hpp"
#include "searchers/problem/coding.hpp"
#include "searchers/searcher.hpp"

namespace winnow::search {

/// A measured point: d numbers in [0, 1] and a loss per objective.
struct Individual {
  std::vector<double> genome;
  Losses losses;
};

/// Members of a population: as many as the option says; at 0 a tenth of the trials there will be,
/// 20 to 50 of them. Measured on ZDT1–3, DTLZ2 and WFG4 (`winnow bench`): 20 were
/// best at 200 evaluations, 50 at 5,000 on all but the first three.
std::size_t population_size(std::int64_t option, std::optional<std::int64_t> max_trials);

class SteadyEvolution {
 public:
  /// `opening`: points of a scrambled Sobol sequence that come before the first child.
  SteadyEvolution(const SearchSpace& space, Coding coding, std::size_t objectives,
                  std::size_t opening, std::uint64_t seed)
      : used_(space),
        coding_(std::move(coding)),
        points_to_begin_with_(coding_.dimension, seed),
        objectives_(objectives),
        opening_(opening),
        seed_(seed) {}

  /// Up to `count` suggestions without memos. `child` makes a genome, or nothing while there are no
  /// parents: then the opening goes on. Nothing ever waits.
  Proposal ask(const Context& context, int count,
               const std::function<std::optional<std::vector<double>>(Rng& rng)>& child) const;

  /// Remembers the point, and the individual if it was measured.
  void tell(const Outcome& outcome);

  /// The individuals told since the last call, in order; called by the method's ask, so that tell
  /// only appends. Constraint dominance in two classes: what failed or was infeasible is not among
  /// them, whatever was measured is better.
  std::vector<Individual> take_newcomers() const { return std::exchange(newcomers_, {}); }

 private:
  UsedPoints used_;
  Coding coding_;
  Opening points_to_begin_with_;
  std::size_t objectives_, opening_;
  std::uint64_t seed_;
  std::size_t told_ = 0;
  mutable std::vector<Individual> newcomers_;
};

}  // namespace winnow::search
