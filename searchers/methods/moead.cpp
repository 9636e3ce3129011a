// MOEA/D: the front as many problems with one objective each, one for every way to weigh the
// objectives, solved side by side; neighbours breed with each other. For fronts whose points crowd
// in one place, and for four objectives and more.
//
// Sources: Zhang, Li (2007), "MOEA/D: a multiobjective evolutionary algorithm based on
// decomposition", IEEE Transactions on Evolutionary Computation 11, 712–731 (Tchebycheff approach);
// Wang, Zhang, Zhou, Gong, Jiao (2016), "Adaptive replacement strategies for MOEA/D", IEEE
// Transactions on Cybernetics 46, 474–486: a newcomer is compared around the problem that it suits
// best (global replacement), not around the one it was made for. δ and n_r are of Li, Zhang (2009),
// "Multiobjective optimization problems with complicated Pareto sets, MOEA/D and NSGA-II".
// Differences: one child at a time, nothing waits; losses are scaled by the members' range; the
// population begins as a scrambled Sobol sequence; simulated binary crossover and polynomial
// mutation as in nsga2; constraint dominance knows two classes (operators/steady_evolution.hpp).
// Memo: none. Cost: O(N m) for an outcome and N members, made up for by the next ask.
// Letters: N problems, m objectives, T neighbours, λ weights.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "searchers/encoding/cell_widths.hpp"
#include "searchers/encoding/genome.hpp"
#include "searchers/numerics/simplex_lattice.hpp"
#include "searchers/operators/simulated_binary.hpp"
#include "searchers/operators/steady_evolution.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

constexpr double neighbourhood_share = 0.9;  // δ: children whose parents are neighbours
constexpr std::size_t most_replaced = 2;     // n_r: problems that one newcomer may take over
constexpr double eta = 20;                   // of crossover and mutation, as in the paper

// One problem for each weight vector, each with the best individual found for it.
class Decomposition {
 public:
  Decomposition(std::size_t objectives, std::size_t most, std::size_t neighbours)
      : weights_(finest_lattice(objectives, most)) {
    for (std::vector<double>& lambda : weights_)
      for (double& weight : lambda) weight = std::max(weight, 1e-6);  // or f_j would not count
    for (const std::vector<double>& lambda : weights_)
      neighbours_.push_back(nearest(lambda, std::min(neighbours, weights_.size())));
  }

  std::size_t size() const { return weights_.size(); }
  const std::vector<Individual>& members() const { return members_; }
  const std::vector<std::size_t>& neighbours(std::size_t problem) const {
    return neighbours_[problem];
  }

  void take_in(std::vector<Individual> newcomers) {
    for (Individual& newcomer : newcomers) {
      if (members_.size() < size()) {
        members_.push_back(std::move(newcomer));
        if (members_.size() == size()) assign();
        continue;
      }
      replace_by(newcomer);
    }
  }

 private:
  std::vector<std::size_t> nearest(const std::vector<double>& lambda, std::size_t count) const {
    std::vector<std::size_t> order(weights_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto distance = [&](std::size_t i) {
      double sum = 0;
      for (std::size_t j = 0; j < lambda.size(); ++j)
        sum += (weights_[i][j] - lambda[j]) * (weights_[i][j] - lambda[j]);
      return sum;
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return distance(a) < distance(b); });
    order.resize(count);
    return order;
  }

  // The best and the range of each objective among members and `newcomer`, in halves, because a
  // difference of two large losses may overflow.
  void measure(const Losses& newcomer) {
    half_best_.assign(newcomer.begin(), newcomer.end());
    Losses worst = newcomer;
    for (const Individual& member : members_)
      for (std::size_t j = 0; j < worst.size(); ++j) {
        half_best_[j] = std::min(half_best_[j], member.losses[j]);
        worst[j] = std::max(worst[j], member.losses[j]);
      }
    half_range_.resize(worst.size());
    for (std::size_t j = 0; j < worst.size(); ++j) {
      half_best_[j] /= 2;
      const double range = worst[j] / 2 - half_best_[j];
      half_range_[j] = range > 0 ? range : 1;
    }
  }

  // Zhang, Li (2007), equation (5), on scaled losses.
  double tchebycheff(const Losses& losses, std::size_t problem) const {
    double worst = 0;
    for (std::size_t j = 0; j < losses.size(); ++j)
      worst =
          std::max(worst, weights_[problem][j] * (losses[j] / 2 - half_best_[j]) / half_range_[j]);
    return worst;
  }

  // Each problem in turn takes the best of those that are left.
  void assign() {
    measure(members_[0].losses);
    for (std::size_t problem = 0; problem < size(); ++problem) {
      const auto here = members_.begin() + static_cast<std::ptrdiff_t>(problem);
      const auto best =
          std::min_element(here, members_.end(), [&](const Individual& a, const Individual& b) {
            return tchebycheff(a.losses, problem) < tchebycheff(b.losses, problem);
          });
      std::swap(*here, *best);
    }
  }

  void replace_by(const Individual& newcomer) {
    measure(newcomer.losses);
    std::size_t best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t problem = 0; problem < size(); ++problem) {
      const double value = tchebycheff(newcomer.losses, problem);
      if (value < least) {
        least = value;
        best = problem;
      }
    }
    std::size_t replaced = 0;
    for (std::size_t problem : neighbours_[best]) {
      if (replaced == most_replaced) break;
      Individual& member = members_[problem];
      if (tchebycheff(newcomer.losses, problem) >= tchebycheff(member.losses, problem)) continue;
      member = newcomer;
      ++replaced;
    }
  }

  std::vector<std::vector<double>> weights_;
  std::vector<std::vector<std::size_t>> neighbours_;  // T of each problem, itself first
  std::vector<Individual> members_;                   // of problem 0, 1, … once there are N
  std::vector<double> half_best_, half_range_;        // half of z* and of the members' range
};

class Moead final : public Searcher {
 public:
  explicit Moead(const Setup& setup)
      : cube_(setup.space),
        axes_{unordered_axes(cube_), cell_widths(cube_)},
        problems_(setup.objectives.size(),
                  population_size(setup.options.integer("population"), setup.max_trials),
                  static_cast<std::size_t>(setup.options.integer("neighbours"))),
        evolution_(setup.space, genome_coding(cube_, setup.seed), setup.objectives.size(),
                   problems_.size(), setup.seed) {}

  Proposal ask(const Context& context, int count) const override {
    problems_.take_in(evolution_.take_newcomers());
    return evolution_.ask(context, count, [&](Rng& rng) { return child(rng); });
  }

  void tell(const Outcome& outcome) override { evolution_.tell(outcome); }

 private:
  std::optional<std::vector<double>> child(Rng& rng) const {
    const std::vector<Individual>& members = problems_.members();
    if (members.size() < 2) return std::nullopt;
    const auto any = [&](std::size_t n) { return static_cast<std::size_t>(rng.below(n)); };
    std::size_t mother = any(members.size()), father = any(members.size());
    if (members.size() == problems_.size() && rng.uniform() < neighbourhood_share) {
      const std::vector<std::size_t>& near = problems_.neighbours(mother);
      mother = near[any(near.size())];
      father = near[any(near.size())];
    }
    std::vector<double> genome =
        cross_simulated_binary(members[mother].genome, members[father].genome, axes_, eta, rng);
    mutate_polynomial(genome, axes_, eta, 1 / static_cast<double>(genome.size()), rng);
    return genome;
  }

  UnitCube cube_;
  Axes axes_;
  mutable Decomposition problems_;  // a function of what was told, up to the last ask
  SteadyEvolution evolution_;
};

const SearcherRegistration registration({
    .name = "moead",
    .summary = "evolution of many weighted problems side by side, towards the Pareto front",
    .citation = "Zhang, Li (2007), MOEA/D: a multiobjective evolutionary algorithm based on "
                "decomposition",
    .capabilities = {},
    .options = {{"population", Integer{0, 10'000}, std::int64_t{0},
                 "problems, at most: as many as an even lattice of weights has; 0: a tenth of "
                 "limits.max_trials, 20 to 50"},
                {"neighbours", Integer{2, 1000}, std::int64_t{20},
                 "problems around each one whose solutions breed with its own"}},
    .make = [](const Setup& setup) { return std::make_unique<Moead>(setup); },
});

}  // namespace
}  // namespace winnow::search
