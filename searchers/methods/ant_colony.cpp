// Ant colony: an archive of good points is the pheromone; each new point is built parameter by
// parameter, choices by how much of the archive has them, numbers around a member's. For spaces of
// choices and ordered choices.
//
// Sources: Socha, Dorigo (2008), "Ant colony optimization for continuous domains",
// sections 3.1, 3.2; choices: Liao, Socha, Montes de Oca, Stützle, Dorigo (2014), "Ant colony
// optimization for mixed-variable optimization problems", section III.C. Differences: one point at
// a time, so that it never waits; members' inactive parameters (encoding/genome.hpp); repeats are
// scattered. Memo: none. Cost: O(k d) for k archived points. Letters: k archive, q, ξ as in the
// sources.

#include <algorithm>
#include <cmath>
#include <map>

#include "searchers/encoding/genome.hpp"
#include "searchers/operators/mutation.hpp"
#include "searchers/operators/one_by_one.hpp"
#include "searchers/operators/population.hpp"
#include "searchers/operators/sampling.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

using Genome = std::vector<double>;

/// The archive, best first, with the weight of each rank.
struct Trail {
  std::vector<const Genome*> genomes;
  std::vector<double> weights;  // sum 1
};

std::size_t drawn(const std::vector<double>& weights, double total, Rng& rng) {
  double mark = total * rng.uniform();
  for (std::size_t k = 0; k + 1 < weights.size(); ++k)
    if ((mark -= weights[k]) < 0) return k;
  return weights.size() - 1;
}

class AntColony final : public Searcher {
 public:
  explicit AntColony(const Setup& setup)
      : cube_(setup.space),
        unordered_(unordered_axes(cube_)),
        opening_(cube_.dimension(), setup.seed),
        used_(setup.space),
        seed_(setup.seed),
        archive_(static_cast<std::size_t>(setup.options.integer("archive"))),
        q_(setup.options.real("q")),
        xi_(setup.options.real("xi")) {}

  Proposal ask(const Context& context, int count) const override {
    const Trail trail = ranked();
    std::size_t begun = trail.genomes.size() + context.pending.size();
    return one_by_one(used_, context, count, [&](TrialNumber number, FreePoints& free) {
      Rng rng(seed_, number.value, "ant");
      const bool is_opening = begun++ < archive_.size() || trail.genomes.size() < 2;
      const auto draw = [&](int attempt) {
        if (is_opening) return cube_.decode(opening_.draw(number.value, attempt, rng));
        Genome genome = built(trail, rng);
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
      archive_.admit({genome_of(cube_, outcome.suggestion, seed_), standing});
  }

 private:
  Trail ranked() const {
    std::vector<std::size_t> members = archive_.filled();
    std::stable_sort(members.begin(), members.end(), [this](std::size_t a, std::size_t b) {
      return archive_.member(a)->standing < archive_.member(b)->standing;
    });
    Trail trail;
    double total = 0;
    const double spread = q_ * static_cast<double>(archive_.size());
    for (std::size_t rank = 0; rank < members.size(); ++rank) {
      const double z = static_cast<double>(rank) / spread;
      trail.genomes.push_back(&archive_.genome(members[rank]));
      trail.weights.push_back(std::exp(-0.5 * z * z));  // Socha, Dorigo 2008, equation (4)
      total += trail.weights.back();
    }
    for (double& weight : trail.weights) weight /= total;
    return trail;
  }

  Genome built(const Trail& trail, Rng& rng) const {
    const Genome& guide = *trail.genomes[drawn(trail.weights, 1, rng)];
    Genome genome(guide.size());
    for (std::size_t j = 0; j < genome.size(); ++j)
      genome[j] = unordered_[j] ? choice(trail, j, rng) : number_near(trail, guide[j], j, rng);
    return genome;
  }

  double number_near(const Trail& trail, double centre, std::size_t axis, Rng& rng) const {
    double distance = 0;  // equation (8)
    for (const Genome* genome : trail.genomes) distance += std::abs((*genome)[axis] - centre);
    const double deviation = xi_ * distance / static_cast<double>(trail.genomes.size() - 1);
    double coordinate = -1;
    while (coordinate < 0 || coordinate > 1) coordinate = centre + deviation * rng.normal();
    return coordinate;
  }

  /// Liao et al. 2014, equation (5): ω/u for a choice that u members have, the best of them at
  /// weight ω, and q/η for each of η choices that none has.
  double choice(const Trail& trail, std::size_t axis, Rng& rng) const {
    struct Use {
      double best_weight = 0;
      int members = 0;
    };
    std::map<double, Use> uses;  // equal coordinates are equal choices
    for (std::size_t rank = 0; rank < trail.genomes.size(); ++rank) {
      Use& use = uses[(*trail.genomes[rank])[axis]];
      use.best_weight = std::max(use.best_weight, trail.weights[rank]);
      ++use.members;
    }
    std::vector<double> coordinates, weights;
    double total = 0;
    for (const auto& [coordinate, use] : uses) {
      coordinates.push_back(coordinate);
      weights.push_back(use.best_weight / use.members);
      total += weights.back();
    }
    coordinates.push_back(rng.uniform());  // any choice: often one that none has
    weights.push_back(q_);
    return coordinates[drawn(weights, total + q_, rng)];
  }

  UnitCube cube_;
  std::vector<bool> unordered_;
  Opening opening_;
  UsedPoints used_;
  std::uint64_t seed_;
  Population archive_;
  double q_, xi_;
};

const SearcherRegistration registration({
    .name = "ant_colony",
    .summary = "points built from the choices and numbers of an archive of good points",
    .citation = "Socha, Dorigo (2008), Ant colony optimization for continuous domains; Liao et al. "
                "(2014), Ant colony optimization for mixed-variable optimization problems",
    .capabilities = {.multi_objective = false},
    .options = {{"archive", Integer{2, 100'000}, std::int64_t{20}, "k: points that are kept"},
                {"q", Real{1e-6, 10, Scale::log}, 0.1,
                 "small: the best points lead; large: all of the archive does"},
                {"xi", Real{0.01, 10, Scale::log}, 0.85,
                 "width of steps, as a part of the mean distance in the archive"}},
    .make = [](const Setup& setup) { return std::make_unique<AntColony>(setup); },
});

}  // namespace
}  // namespace winnow::search
