// Genetic algorithm: children of good members, by crossover and mutation, replace the worst ones.
// For spaces with many choices and integers; on numbers de and cmaes learn faster.
//
// Sources: Goldberg, Deb (1991), "A comparative analysis of selection schemes used in genetic
// algorithms" (tournaments); Whitley (1989), "The GENITOR algorithm and selection pressure" (one
// child at a time, the worst member leaves); operators: operators/simulated_binary.hpp.
// Differences: it never waits, a trial that ends takes part in the next child; members' inactive
// parameters (encoding/genome.hpp); repeats are scattered.
// Memo: none. Cost: O(N + d) for a population of N.

#include <algorithm>

#include "searchers/encoding/cell_widths.hpp"
#include "searchers/encoding/genome.hpp"
#include "searchers/operators/mutation.hpp"
#include "searchers/operators/one_by_one.hpp"
#include "searchers/operators/population.hpp"
#include "searchers/operators/sampling.hpp"
#include "searchers/operators/simulated_binary.hpp"
#include "searchers/operators/standing.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

class Genetic final : public Searcher {
 public:
  explicit Genetic(const Setup& setup)
      : cube_(setup.space),
        axes_{unordered_axes(cube_), cell_widths(cube_)},
        opening_(cube_.dimension(), setup.seed),
        used_(setup.space),
        seed_(setup.seed),
        population_(static_cast<std::size_t>(setup.options.integer("population"))),
        tournament_(static_cast<int>(setup.options.integer("tournament"))),
        crossover_(setup.options.real("crossover")),
        mutation_(setup.options.real("mutation")),
        eta_(setup.options.real("eta")) {}

  Proposal ask(const Context& context, int count) const override {
    const std::vector<std::size_t> members = population_.filled();
    std::size_t begun = members.size() + context.pending.size();
    return one_by_one(used_, context, count, [&](TrialNumber number, FreePoints& free) {
      Rng rng(seed_, number.value, "child");
      const bool is_opening = begun++ < population_.size() || members.size() < 2;
      const auto draw = [&](int attempt) {
        if (is_opening) return cube_.decode(opening_.draw(number.value, attempt, rng));
        std::vector<double> genome = child(members, rng);
        scatter(genome, share_to_scatter(attempt), rng);
        return cube_.decode(genome);
      };
      return Suggestion{number, free.take_drawn(draw, rng), {}, {}, {}};
    });
  }

  void tell(const Outcome& outcome) override {
    used_.add(outcome.suggestion.point);
    const Standing standing = standing_of(outcome);
    if (standing.is_measured() && cube_.space().contains(outcome.suggestion.point))
      population_.admit({genome_of(cube_, outcome.suggestion, seed_), standing});
  }

 private:
  std::vector<double> child(const std::vector<std::size_t>& members, Rng& rng) const {
    const std::vector<double>& mother = winner(members, rng);
    const std::vector<double>& father = winner(members, rng);
    std::vector<double> genome = mother;
    if (rng.uniform() < crossover_)
      genome = cross_simulated_binary(mother, father, axes_, eta_, rng);
    const double rate = mutation_ > 0
                            ? mutation_
                            : 1 / static_cast<double>(std::max<std::size_t>(cube_.dimension(), 1));
    mutate_polynomial(genome, axes_, eta_, rate, rng);
    return genome;
  }

  /// The best of a few members drawn at random; the first among equals.
  const std::vector<double>& winner(const std::vector<std::size_t>& members, Rng& rng) const {
    std::size_t best = members[static_cast<std::size_t>(rng.below(members.size()))];
    for (int k = 1; k < tournament_; ++k) {
      const std::size_t rival = members[static_cast<std::size_t>(rng.below(members.size()))];
      if (population_.member(rival)->standing < population_.member(best)->standing) best = rival;
    }
    return population_.genome(best);
  }

  UnitCube cube_;
  Axes axes_;
  Opening opening_;
  UsedPoints used_;
  std::uint64_t seed_;
  Population population_;
  int tournament_;
  double crossover_, mutation_, eta_;
};

const SearcherRegistration registration({
    .name = "genetic",
    .summary = "genetic algorithm: crossover and mutation of members that win tournaments",
    .citation =
        "Whitley (1989), The GENITOR algorithm and selection pressure; Deb, Agrawal (1995), "
        "Simulated binary crossover for continuous search space",
    .capabilities = {.multi_objective = false},
    .options = {{"population", Integer{2, 100'000}, std::int64_t{20}, "members"},
                {"tournament", Integer{1, 100}, std::int64_t{2},
                 "members drawn for each parent, of which the best becomes it"},
                {"crossover", Real{0, 1}, 0.9, "probability that a child has two parents"},
                {"mutation", Real{0, 1}, 0.0, "probability for each parameter; 0: one in d"},
                {"eta", Real{0, 1000}, 15.0,
                 "how near children stay to their parents: crossover and mutation alike"}},
    .make = [](const Setup& setup) { return std::make_unique<Genetic>(setup); },
});

}  // namespace
}  // namespace winnow::search
