// NSGA-II, steady state: evolution towards the whole front. For two or three objectives and some
// hundred evaluations or more; any mixture of parameters.
//
// Source: Deb, Pratap, Agarwal, Meyarivan (2002), "A fast and elitist multiobjective genetic
// algorithm: NSGA-II", IEEE Transactions on Evolutionary Computation 6, 182–197.
// Differences:
// - one child at a time instead of generations (operators/crowded_population.hpp); nothing waits;
// - the population begins as a scrambled Sobol sequence;
// - unordered choices are crossed uniformly and mutate by being drawn anew; what is not active in a
//   parent is drawn at random, so that no child inherits a constant;
// - constraint dominance knows two classes (operators/steady_evolution.hpp);
// - points tried before are varied further until they are new.
// Memo: none. Cost: O(N log² N) for an outcome, N members, made up for by the next ask.

#include "searchers/encoding/cell_widths.hpp"
#include "searchers/encoding/genome.hpp"
#include "searchers/operators/crowded_population.hpp"
#include "searchers/operators/simulated_binary.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

class Nsga2 final : public Searcher {
 public:
  explicit Nsga2(const Setup& setup)
      : cube_(setup.space),
        axes_{unordered_axes(cube_), cell_widths(cube_)},
        size_(population_size(setup.options.integer("population"), setup.max_trials)),
        crossover_rate_(setup.options.real("crossover_rate")),
        crossover_eta_(setup.options.real("crossover_eta")),
        mutation_eta_(setup.options.real("mutation_eta")),
        evolution_(setup.space, genome_coding(cube_, setup.seed), setup.objectives.size(), size_,
                   setup.seed),
        population_(size_) {}

  Proposal ask(const Context& context, int count) const override {
    population_.take_in(evolution_.take_newcomers());
    const CrowdedRanks ranks = population_.ranks();
    return evolution_.ask(context, count, [&](Rng& rng) { return child(ranks, rng); });
  }

  void tell(const Outcome& outcome) override { evolution_.tell(outcome); }

 private:
  std::optional<std::vector<double>> child(const CrowdedRanks& ranks, Rng& rng) const {
    if (population_.size() < 2) return std::nullopt;
    const std::vector<double>& mother = population_.genomes()[tournament_winner(ranks, rng)];
    const std::vector<double>& father = population_.genomes()[tournament_winner(ranks, rng)];
    std::vector<double> genome =
        rng.uniform() < crossover_rate_
            ? cross_simulated_binary(mother, father, axes_, crossover_eta_, rng)
            : mother;
    mutate_polynomial(genome, axes_, mutation_eta_, 1 / static_cast<double>(genome.size()), rng);
    return genome;
  }

  UnitCube cube_;
  Axes axes_;
  std::size_t size_;
  double crossover_rate_, crossover_eta_, mutation_eta_;
  SteadyEvolution evolution_;
  mutable CrowdedPopulation population_;  // a function of what was told, up to the last ask
};

const SearcherRegistration registration({
    .name = "nsga2",
    .summary = "evolution towards the Pareto front, for two or three objectives",
    .citation = "Deb, Pratap, Agarwal, Meyarivan (2002), A fast and elitist multiobjective genetic "
                "algorithm: NSGA-II",
    .capabilities = {},
    .options = {{"population", Integer{0, 10'000}, std::int64_t{0},
                 "members that are kept; 0: a tenth of limits.max_trials, 20 to 50"},
                {"crossover_rate", Real{0, 1}, 0.9, "share of children with two parents"},
                {"crossover_eta", Real{0, 1000}, 20.0,
                 "the larger, the nearer children are to their parents"},
                {"mutation_eta", Real{0, 1000}, 20.0, "the larger, the smaller mutations are"}},
    .make = [](const Setup& setup) { return std::make_unique<Nsga2>(setup); },
});

}  // namespace
}  // namespace winnow::search
