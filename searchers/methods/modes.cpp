// Multi-objective differential evolution: steps that are differences between members, survivors as
// in NSGA-II. For smooth or badly scaled numeric spaces with two or three objectives.
//
// Source: Robič, Filipič (2005), "DEMO: differential evolution for multiobjective optimization",
// EMO 2005, LNCS 3410, 520–533; F and CR are the paper's.
// Differences:
// - a child that is dominated by its parent is not turned away at once: it takes part in the
// survivor
//   selection, where it comes last (operators/crowded_population.hpp); nothing waits;
// - the population begins as a scrambled Sobol sequence; choices without order take the choice of a
//   difference with probability F (operators/mutation.hpp); children outside go halfway back;
// - constraint dominance knows two classes (operators/steady_evolution.hpp).
// Memo: none. Cost: O(N log² N) for an outcome, N members, made up for by the next ask.
// Letters: F factor, CR rate.

#include "searchers/encoding/genome.hpp"
#include "searchers/operators/crossover.hpp"
#include "searchers/operators/crowded_population.hpp"
#include "searchers/operators/mutation.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

class Modes final : public Searcher {
 public:
  explicit Modes(const Setup& setup)
      : cube_(setup.space),
        unordered_(unordered_axes(cube_)),
        size_(population_size(setup.options.integer("population"), setup.max_trials)),
        factor_(setup.options.real("factor")),
        rate_(setup.options.real("crossover")),
        evolution_(setup.space, genome_coding(cube_, setup.seed), setup.objectives.size(), size_,
                   setup.seed),
        population_(size_) {}

  Proposal ask(const Context& context, int count) const override {
    population_.take_in(evolution_.take_newcomers());
    return evolution_.ask(context, count, [&](Rng& rng) { return child(rng); });
  }

  void tell(const Outcome& outcome) override { evolution_.tell(outcome); }

 private:
  std::optional<std::vector<double>> child(Rng& rng) const {
    constexpr std::size_t fewest = 4;  // a parent and three others
    if (population_.size() < fewest || cube_.dimension() == 0) return std::nullopt;
    const std::vector<std::size_t> r = distinct_indices(population_.size(), fewest, {}, rng);
    const std::vector<std::vector<double>>& genomes = population_.genomes();
    const std::vector<double>& parent = genomes[r[0]];
    std::vector<double> donor = genomes[r[1]];
    add_difference(donor, factor_, genomes[r[2]], genomes[r[3]], unordered_, rng);
    return_halfway(donor, parent);
    cross_binomial(donor, parent, rate_, rng);
    return donor;
  }

  UnitCube cube_;
  std::vector<bool> unordered_;
  std::size_t size_;
  double factor_, rate_;
  SteadyEvolution evolution_;
  mutable CrowdedPopulation population_;  // a function of what was told, up to the last ask
};

const SearcherRegistration registration({
    .name = "modes",
    .summary = "differential evolution towards the Pareto front",
    .citation = "Robič, Filipič (2005), DEMO: differential evolution for multiobjective "
                "optimization",
    .capabilities = {},
    .options = {{"population", Integer{0, 10'000}, std::int64_t{0},
                 "members that are kept; 0: a tenth of limits.max_trials, 20 to 50"},
                {"factor", Real{0.01, 2}, 0.5, "F, of differences"},
                {"crossover", Real{0, 1}, 0.3, "CR, share of coordinates that change"}},
    .make = [](const Setup& setup) { return std::make_unique<Modes>(setup); },
});

}  // namespace
}  // namespace winnow::search
