// Multi-objective TPE: two densities on each axis, one of the points nearest to the front and one
// of all others, and candidates from the first that are least likely under the second. For two or
// three objectives and up to some hundred evaluations; any mixture of parameters.
//
// Source: Ozaki, Tanigaki, Watanabe, Onishi (2020), "Multiobjective tree-structured Parzen
// estimator for computationally expensive optimization problems", GECCO 2020, 533–541. Differences:
// - the last layer of dominance that is only partly good is cut by a greedy choice of hypervolume;
// - old trials fade from the density of the others as in Optuna: the newest 25 count fully;
// - pending trials and failed ones belong to the others (constant liar);
// - the search begins as a scrambled Sobol sequence; points tried before are drawn again.
// Memo: none. Cost of an ask: O(candidates · d · n), n outcomes; choosing the good ones costs as
// many hypervolumes of k vectors as there are vectors in the layer that is cut, k good ones.

#include <algorithm>
#include <cmath>
#include <limits>

#include "searchers/encoding/cell_widths.hpp"
#include "searchers/encoding/genome.hpp"
#include "searchers/models/axis_mixture.hpp"
#include "searchers/numerics/hypervolume.hpp"
#include "searchers/numerics/scaled_losses.hpp"
#include "searchers/operators/mutation.hpp"
#include "searchers/operators/one_by_one.hpp"
#include "searchers/operators/sampling.hpp"
#include "searchers/operators/survival.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

/// A told or pending point; coordinates that are not active in it are NaN.
struct Seen {
  std::vector<double> genome;
  Losses losses;  // empty unless measured
};

class Motpe final : public Searcher {
 public:
  explicit Motpe(const Setup& setup)
      : cube_(setup.space),
        opening_(cube_.dimension(), setup.seed),
        used_(setup.space),
        seed_(setup.seed),
        objectives_(setup.objectives.size()),
        startup_(static_cast<std::size_t>(setup.options.integer("startup"))),
        candidates_(static_cast<int>(setup.options.integer("candidates"))),
        good_share_(setup.options.real("gamma")) {
    const std::vector<bool> unordered = unordered_axes(cube_);
    const std::vector<double> widths = cell_widths(cube_);
    for (std::size_t j = 0; j < widths.size(); ++j)
      axes_.push_back({widths[j], unordered[j] ? middles(j) : std::vector<double>{}});
  }

  Proposal ask(const Context& context, int count) const override {
    split();
    std::vector<Seen> pending;
    for (const Suggestion& suggestion : context.pending) see(suggestion, {}, pending);
    return one_by_one(used_, context, count, [&](TrialNumber number, FreePoints& free) {
      const auto ahead = static_cast<std::size_t>(number.value - context.next_number.value);
      const std::size_t index = told_ + context.pending.size() + ahead;
      Rng rng(seed_, number.value, "candidates");
      const std::vector<double> proposed = index < startup_ || good_.empty()
                                               ? opening_.at(static_cast<std::uint32_t>(index))
                                               : likeliest(pending, rng);
      const auto draw = [&](int attempt) {
        std::vector<double> genome = proposed;
        scatter(genome, share_to_scatter(attempt), rng);
        return cube_.decode(genome);
      };
      Suggestion suggestion{number, free.take_drawn(draw, rng), {}, {}, {}};
      see(suggestion, {}, pending);
      return suggestion;
    });
  }

  void tell(const Outcome& outcome) override {
    ++told_;
    used_.add(outcome.suggestion.point);
    const bool is_measured = outcome.losses.size() == objectives_;
    see(outcome.suggestion, is_measured ? outcome.losses : Losses{}, told_points_);
    is_split_ = false;
  }

 private:
  // The coordinate of each value of a finite axis.
  std::vector<double> middles(std::size_t axis) const {
    const Domain& domain = cube_.space().parameters()[cube_.parameter(axis)].domain;
    std::vector<double> all;
    for (std::uint64_t k = 0; k < cardinality(domain).value_or(0); ++k)
      all.push_back(cube_.unit(axis, value_at(domain, k)));
    return all;
  }

  void see(const Suggestion& suggestion, Losses losses, std::vector<Seen>& seen) const {
    if (!cube_.space().contains(suggestion.point)) return;
    std::vector<double> genome = cube_.encode(suggestion.point);
    for (std::size_t j = 0; j < genome.size(); ++j)
      if (!suggestion.point.find(cube_.space().parameters()[cube_.parameter(j)].name))
        genome[j] = std::numeric_limits<double>::quiet_NaN();
    seen.push_back({std::move(genome), std::move(losses)});
  }

  // Which told points are good, and how much each of them counts.
  void split() const {
    if (std::exchange(is_split_, true)) return;
    good_.clear();
    good_weights_.clear();
    std::vector<std::size_t> measured;
    for (std::size_t i = 0; i < told_points_.size(); ++i)
      if (!told_points_[i].losses.empty()) measured.push_back(i);
    if (measured.empty()) return;
    std::vector<Losses> losses;
    for (std::size_t index : measured) losses.push_back(told_points_[index].losses);
    losses = scaled_losses(losses, losses);  // no volume overflows
    std::vector<Losses> good_losses;
    const double wanted = std::ceil(good_share_ * static_cast<double>(losses.size()));
    for (std::size_t place : foremost(losses, static_cast<std::size_t>(wanted))) {
      good_.push_back(measured[place]);
      good_losses.push_back(losses[place]);
    }
    // Ozaki et al. (2020), section 4.2: as much as each adds to the hypervolume.
    good_weights_ = hypervolume_contributions(good_losses, reference_behind(good_losses));
    const double most = *std::max_element(good_weights_.begin(), good_weights_.end());
    constexpr double least = 1e-12;  // Optuna's, so that none is left out
    for (double& weight : good_weights_) weight = most > 0 ? std::max(weight / most, least) : 1;
  }

  // Each axis by itself: the best of some candidates by the ratio of the two densities.
  std::vector<double> likeliest(const std::vector<Seen>& pending, Rng& rng) const {
    std::vector<bool> is_good(told_points_.size());
    for (std::size_t index : good_) is_good[index] = true;
    std::vector<const Seen*> others;
    for (std::size_t i = 0; i < told_points_.size(); ++i)
      if (!is_good[i]) others.push_back(&told_points_[i]);
    for (const Seen& each : pending) others.push_back(&each);
    const std::vector<double> other_weights = fading(others.size());
    std::vector<const Seen*> good;
    for (std::size_t index : good_) good.push_back(&told_points_[index]);

    std::vector<double> genome;
    for (std::size_t j = 0; j < axes_.size(); ++j) {
      const AxisMixture near = mixture(good, good_weights_, j);
      const AxisMixture far = mixture(others, other_weights, j);
      double best = 0, best_ratio = -std::numeric_limits<double>::infinity();
      for (int k = 0; k < candidates_; ++k) {
        const double candidate = near.sample(rng);
        const double ratio = near.log_density(candidate) - far.log_density(candidate);
        if (k > 0 && ratio <= best_ratio) continue;
        best = candidate;
        best_ratio = ratio;
      }
      genome.push_back(best);
    }
    return genome;
  }

  AxisMixture mixture(const std::vector<const Seen*>& seen, const std::vector<double>& weights,
                      std::size_t axis) const {
    std::vector<double> points, their_weights;
    for (std::size_t i = 0; i < seen.size(); ++i) {
      const double coordinate = seen[i]->genome[axis];
      if (std::isnan(coordinate)) continue;
      points.push_back(coordinate);
      their_weights.push_back(weights[i]);
    }
    return AxisMixture(points, their_weights, axes_[axis]);
  }

  // A ramp from 1/n for the oldest; the newest count fully.
  static std::vector<double> fading(std::size_t n) {
    constexpr std::size_t newest = 25;  // Optuna's default_weights
    std::vector<double> weights(n, 1);
    if (n <= newest) return weights;
    const double first = 1 / static_cast<double>(n), steps = static_cast<double>(n - newest);
    for (std::size_t i = 0; i < n - newest; ++i)
      weights[i] = first + (1 - first) * static_cast<double>(i) / steps;
    return weights;
  }

  UnitCube cube_;
  std::vector<MixtureAxis> axes_;
  Opening opening_;
  UsedPoints used_;
  std::uint64_t seed_;
  std::size_t objectives_, startup_;
  int candidates_;
  double good_share_;
  std::size_t told_ = 0;
  std::vector<Seen> told_points_;  // inside of the space
  mutable bool is_split_ = false;
  mutable std::vector<std::size_t> good_;  // indices of told_points_
  mutable std::vector<double> good_weights_;
};

const SearcherRegistration registration({
    .name = "motpe",
    .summary = "densities of points near the front and of all others, for few evaluations",
    .citation = "Ozaki, Tanigaki, Watanabe, Onishi (2020), Multiobjective tree-structured Parzen "
                "estimator for computationally expensive optimization problems",
    .capabilities = {},
    .options = {{"startup", Integer{1, 10'000}, std::int64_t{10},
                 "evenly spread points before the first model"},
                {"candidates", Integer{1, 10'000}, std::int64_t{24},
                 "draws from the density of good points, of which the best is proposed"},
                {"gamma", Real{0.001, 0.5}, 0.1, "share of points that are good"}},
    .make = [](const Setup& setup) { return std::make_unique<Motpe>(setup); },
});

}  // namespace
}  // namespace winnow::search
