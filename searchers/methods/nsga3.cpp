// NSGA-III, steady state: evolution towards the whole front, spread over reference directions. For
// four objectives and more, where crowding distances say little.
//
// Source: Deb, Jain (2014), "An evolutionary many-objective optimization algorithm using
// reference-point-based nondominated sorting approach, part I", IEEE Transactions on Evolutionary
// Computation 18, 577–601.
// Differences:
// - one child at a time instead of generations. When there is one member too many, the one to go is
//   of the last layer, of its fullest direction, and farthest from that direction: what the paper's
//   niching would have left behind; nothing waits;
// - objectives are scaled by the range of the front, not by intercepts of a plane through extreme
//   points, which a few members determine badly;
// - the population begins as a scrambled Sobol sequence; variation as in nsga2; parents are drawn
//   all alike, as in the paper;
// - constraint dominance knows two classes (operators/steady_evolution.hpp).
// Memo: none. Cost: O(N H m + N log² N) for an outcome, made up for by the next ask; beyond three
// objectives O(m N²). Letters: N members, H directions, m objectives.

#include <algorithm>
#include <cmath>
#include <limits>

#include "searchers/encoding/cell_widths.hpp"
#include "searchers/encoding/genome.hpp"
#include "searchers/numerics/scaled_losses.hpp"
#include "searchers/numerics/simplex_lattice.hpp"
#include "searchers/operators/simulated_binary.hpp"
#include "searchers/operators/steady_evolution.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

class DirectedPopulation {
 public:
  DirectedPopulation(std::size_t objectives, std::size_t most)
      : directions_(finest_lattice(objectives, most)), size_(most) {}

  const std::vector<std::vector<double>>& genomes() const { return genomes_; }

  void take_in(std::vector<Individual> newcomers) {
    for (Individual& newcomer : newcomers) {
      genomes_.push_back(std::move(newcomer.genome));
      losses_.push_back(std::move(newcomer.losses));
      if (losses_.size() <= size_) continue;
      const auto leaving = static_cast<std::ptrdiff_t>(least_wanted());
      genomes_.erase(genomes_.begin() + leaving);
      losses_.erase(losses_.begin() + leaving);
    }
  }

 private:
  struct Niche {
    std::size_t direction = 0;
    double distance = 0;
  };

  std::size_t least_wanted() const {
    const std::vector<std::size_t> layers = dominance_layers(losses_);
    const std::size_t last = *std::max_element(layers.begin(), layers.end());
    const std::vector<Niche> niches = niches_of(scaled_losses(losses_, front(layers)));
    std::vector<std::size_t> members_of(directions_.size());
    for (const Niche& niche : niches) ++members_of[niche.direction];
    std::size_t leaving = losses_.size();
    for (std::size_t i = 0; i < layers.size(); ++i) {
      if (layers[i] != last) continue;
      const auto claim = [&](std::size_t member) {
        return std::pair(members_of[niches[member].direction], niches[member].distance);
      };
      if (leaving == losses_.size() || claim(i) >= claim(leaving)) leaving = i;
    }
    return leaving;
  }

  std::vector<Losses> front(const std::vector<std::size_t>& layers) const {
    std::vector<Losses> members;
    for (std::size_t i = 0; i < layers.size(); ++i)
      if (layers[i] == 0) members.push_back(losses_[i]);
    return members;
  }

  // The direction that each lies nearest to, seen from the ideal: Deb, Jain (2014), algorithm 3.
  std::vector<Niche> niches_of(const std::vector<Losses>& all) const {
    std::vector<Niche> niches;
    for (const Losses& losses : all) {
      Niche nearest{0, std::numeric_limits<double>::infinity()};
      double squared = 0;
      for (double loss : losses) squared += loss * loss;
      for (std::size_t k = 0; k < directions_.size(); ++k) {
        double along = 0, length = 0;
        for (std::size_t j = 0; j < losses.size(); ++j) {
          along += losses[j] * directions_[k][j];
          length += directions_[k][j] * directions_[k][j];
        }
        const double distance = squared - along * along / length;  // of a right angle, squared
        if (distance < nearest.distance) nearest = {k, distance};
      }
      niches.push_back(nearest);
    }
    return niches;
  }

  std::vector<std::vector<double>> directions_;
  std::size_t size_;
  std::vector<std::vector<double>> genomes_;
  std::vector<Losses> losses_;
};

class Nsga3 final : public Searcher {
 public:
  explicit Nsga3(const Setup& setup)
      : cube_(setup.space),
        axes_{unordered_axes(cube_), cell_widths(cube_)},
        size_(population_size(setup.options.integer("population"), setup.max_trials)),
        eta_(setup.options.real("eta")),
        evolution_(setup.space, genome_coding(cube_, setup.seed), setup.objectives.size(), size_,
                   setup.seed),
        population_(setup.objectives.size(), size_) {}

  Proposal ask(const Context& context, int count) const override {
    population_.take_in(evolution_.take_newcomers());
    return evolution_.ask(context, count, [&](Rng& rng) { return child(rng); });
  }

  void tell(const Outcome& outcome) override { evolution_.tell(outcome); }

 private:
  std::optional<std::vector<double>> child(Rng& rng) const {
    const std::vector<std::vector<double>>& genomes = population_.genomes();
    if (genomes.size() < 2) return std::nullopt;
    const std::vector<std::size_t> parents = distinct_indices(genomes.size(), 2, {}, rng);
    std::vector<double> genome =
        cross_simulated_binary(genomes[parents[0]], genomes[parents[1]], axes_, eta_, rng);
    mutate_polynomial(genome, axes_, eta_, 1 / static_cast<double>(genome.size()), rng);
    return genome;
  }

  UnitCube cube_;
  Axes axes_;
  std::size_t size_;
  double eta_;
  SteadyEvolution evolution_;
  mutable DirectedPopulation population_;  // a function of what was told, up to the last ask
};

const SearcherRegistration registration({
    .name = "nsga3",
    .summary = "evolution towards the Pareto front, for four objectives and more",
    .citation = "Deb, Jain (2014), An evolutionary many-objective optimization algorithm using "
                "reference-point-based nondominated sorting approach, part I",
    .capabilities = {},
    .options = {{"population", Integer{0, 10'000}, std::int64_t{0},
                 "members that are kept, and directions at most; 0: a tenth of limits.max_trials, "
                 "20 to 50"},
                {"eta", Real{0, 1000}, 20.0,
                 "the larger, the nearer children and mutants are to their parents"}},
    .make = [](const Setup& setup) { return std::make_unique<Nsga3>(setup); },
});

}  // namespace
}  // namespace winnow::search
