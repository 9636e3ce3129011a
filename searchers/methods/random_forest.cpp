// A random forest predicts the losses, and each suggestion is where the expected improvement is
// largest. For many choices and conditions, for losses that jump, and for thousands of trials,
// where a Gaussian process costs too much; on smooth functions of few numbers that one is better.
//
// Source: Hutter, Hoos, Leyton-Brown (2011), "Sequential model-based optimization for general
// algorithm configuration" (SMAC), section 4; improvement of losses modelled by their logarithms:
// Hutter, Hoos, Leyton-Brown, Murphy (2009), "An experimental investigation of model-based
// parameter optimisation: SPO and beyond", section 5.2; defaults: SMAC3 2.0's for hyperparameters
// (Lindauer et al. 2022), ten trees of single-row leaves, all axes at each cut. Differences:
// - logarithms are taken of the distance to the best loss plus that of the best twentieth;
// - a running trial is in the forest with the median of the losses, so that workers spread out;
// - a local search takes its best neighbour each time, not the first better one.
// Memo: {position} of an evenly spread point; {−1, outcomes in the forest} of a modelled one, {−2}
// of one at random. Cost: a forest of n rows O(trees · d n log² n); candidates O(trees · log n).

#include "searchers/models/random_forest.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "searchers/encoding/mixed_space.hpp"
#include "searchers/numerics/normal.hpp"
#include "searchers/operators/one_by_one.hpp"
#include "searchers/operators/sampling.hpp"
#include "searchers/operators/standing.hpp"
#include "searchers/operators/sweep.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t values_tried = 4;   // of one axis, by a local search; SMAC's
constexpr double reach = 0.2;             // standard deviation of its steps; SMAC's
constexpr std::size_t axes_tried = 50;    // at once: of a thousand a round would cost too much
constexpr int most_steps = 100;           // against walks over a plateau's rounding errors
constexpr double least_variance = 1e-10;  // trees that agree on rows they all hold

struct Candidate {
  VectorXd row;
  double gain;
};

bool is_better(const Candidate& a, const Candidate& b) { return a.gain > b.gain; }

// ln E[max(0, e^best − e^t)] of a normal t: e^best Φ(v) − e^(mean + σ²/2) Φ(v − σ), v = (best −
// mean)/σ.
double log_improvement(double best, const RandomForest::Expected& expected) {
  const double deviation = std::sqrt(std::max(expected.variance, least_variance));
  const double v = (best - expected.mean) / deviation;
  const double gain = best + log_normal_below(v);
  const double loss = expected.mean + deviation * deviation / 2 + log_normal_below(v - deviation);
  const double ratio = std::exp(loss - gain);  // below 1 but for rounding
  if (!(ratio < 1)) return gain - std::numeric_limits<double>::max_exponent;
  return gain + std::log1p(-ratio);
}

// ln(u + c) of how far losses are above the best one: u = (loss − best)/(worst − best), c that of
// the best twentieth. Halves, because a difference of large losses may overflow.
VectorXd log_distances(const std::vector<double>& losses) {
  const auto [best, worst] = std::minmax_element(losses.begin(), losses.end());
  const double low = *best / 2, range = *worst / 2 - low;
  VectorXd u(std::ssize(losses));
  for (std::size_t i = 0; i < losses.size(); ++i)
    u[static_cast<Index>(i)] = range > 0 ? (losses[i] / 2 - low) / range : 0;
  std::vector<double> sorted(u.begin(), u.end());
  std::sort(sorted.begin(), sorted.end());
  double c = sorted[sorted.size() / 20];
  if (c <= 0) {  // the best one comes so often, or there are few
    const auto above = std::upper_bound(sorted.begin(), sorted.end(), 0.0);
    c = above == sorted.end() ? 1 : *above;
  }
  return (u.array() + c).log();
}

class RandomForestSearch final : public Searcher {
 public:
  explicit RandomForestSearch(const Setup& setup)
      : space_(setup.space),
        used_(setup.space),
        sweep_(setup.space, setup.seed, SampleSweep::Repeats::avoided),
        seed_(setup.seed),
        initial_(initial_of(setup)),
        candidates_(static_cast<std::size_t>(setup.options.integer("candidates"))),
        searches_(static_cast<std::size_t>(setup.options.integer("local_searches"))),
        random_share_(setup.options.real("random_share")),
        form_{static_cast<int>(setup.options.integer("trees")),
              {.threshold = TreeGrowth::Threshold::anywhere}} {
    for (const MixedSpace::Axis& axis : space_.axes())
      codes_.push_back(axis.kind == AxisKind::nominal ? axis.values : 0);
  }

  Proposal ask(const Context& context, int count) const override {
    const auto next = [this](TrialNumber number, const std::vector<Suggestion>& pending,
                             FreePoints& free) {
      Suggestion suggestion = measured_ < initial_ || space_.dimension() == 0
                                  ? evenly_spread(number, pending)
                              : Rng(seed_, number.value, "interleave").uniform() < random_share_
                                  ? anywhere(number, free)
                                  : modelled(number, pending, free);
      free.take(suggestion.point);
      return suggestion;
    };
    return one_by_one(used_, context, count, next);
  }

  void tell(const Outcome& outcome) override {
    used_.add(outcome.suggestion.point);
    sweep_.tell(outcome);
    if (outcome.ending == Ending::cancelled || !space_.space().contains(outcome.suggestion.point))
      return;
    const Standing standing = standing_of(outcome);
    rows_.push_back(space_.encode(outcome.suggestion.point));
    standings_.push_back(standing);
    measured_ += standing.is_measured();
  }

 private:
  // Ten for each parameter, a quarter of the trials at most.
  static std::size_t initial_of(const Setup& setup) {
    const std::int64_t option = setup.options.integer("initial");
    if (option > 0) return static_cast<std::size_t>(option);
    const std::int64_t budget = setup.max_trials.value_or(100);
    const std::int64_t wanted = 10 * std::ssize(setup.space.parameters());
    return static_cast<std::size_t>(std::max<std::int64_t>(5, std::min(wanted, budget / 4)));
  }

  Suggestion evenly_spread(TrialNumber number, const std::vector<Suggestion>& pending) const {
    const auto at = [this](std::uint64_t position) { return space_.even_point(position, seed_); };
    return sweep_.next(number, pending, 1, at).at(0);
  }

  Suggestion anywhere(TrialNumber number, FreePoints& free) const {
    Rng rng(seed_, number.value, "anywhere");
    const auto draw = [&](int) {
      return space_.decode(space_.at(uniform_point(space_.dimension(), rng)));
    };
    return {number, free.take_drawn(draw, rng), {}, {}, {-2}};
  }

  /// What the forest is told: losses as far as they were measured, the worst one for failures, the
  /// median for what is running; stopped trials are no better than any completed one.
  std::vector<double> losses_with(std::size_t running) const {
    std::vector<double> losses, measured;
    double worst_completed = std::numeric_limits<double>::lowest(), worst = worst_completed;
    for (const Standing& standing : standings_) {
      if (!standing.is_measured()) continue;
      worst = std::max(worst, standing.loss);
      if (standing.tier == Standing::Tier::completed)
        worst_completed = std::max(worst_completed, standing.loss);
    }
    for (const Standing& standing : standings_) {
      const bool is_stopped = standing.tier == Standing::Tier::stopped;
      const double loss = is_stopped ? std::max(standing.loss, worst_completed) : standing.loss;
      losses.push_back(standing.is_measured() ? loss : worst);
      if (standing.is_measured()) measured.push_back(loss);
    }
    const auto middle = measured.begin() + std::ssize(measured) / 2;
    std::nth_element(measured.begin(), middle, measured.end());
    losses.insert(losses.end(), running, *middle);
    return losses;
  }

  Suggestion modelled(TrialNumber number, const std::vector<Suggestion>& pending,
                      FreePoints& free) const {
    std::vector<VectorXd> rows = rows_;
    for (const Suggestion& suggestion : pending)
      if (space_.space().contains(suggestion.point))
        rows.push_back(space_.encode(suggestion.point));
    const VectorXd targets = log_distances(losses_with(rows.size() - rows_.size()));
    MatrixXd X(std::ssize(rows), static_cast<Index>(space_.dimension()));
    for (std::size_t i = 0; i < rows.size(); ++i) X.row(static_cast<Index>(i)) = rows[i];
    const RandomForest forest({codes_, X, targets}, form_, seed_);
    const double best = targets.minCoeff();
    const auto gain = [&](const VectorXd& row) { return log_improvement(best, forest.at(row)); };

    Rng rng(seed_, number.value, "candidates");
    std::vector<Candidate> ranked;
    for (std::size_t k = 0; k < candidates_; ++k) {
      VectorXd row = space_.at(uniform_point(space_.dimension(), rng));
      const double value = gain(row);
      ranked.push_back({std::move(row), value});
    }
    for (Candidate& start : best_known(gain)) ranked.push_back(climb(std::move(start), gain, rng));
    std::stable_sort(ranked.begin(), ranked.end(), is_better);
    for (const Candidate& candidate : ranked) {
      Point point = space_.decode(candidate.row);
      if (free.take(point))
        return {number, std::move(point), {}, {}, {-1, static_cast<double>(rows_.size())}};
    }
    free.note_fallback(promises_tried);
    return anywhere(number, free);
  }

  /// Told points where the forest expects most.
  template <class Gain>
  std::vector<Candidate> best_known(const Gain& gain) const {
    std::vector<Candidate> known;
    for (const VectorXd& row : rows_) known.push_back({row, gain(row)});
    const auto middle =
        known.begin() + std::min(std::ssize(known), static_cast<std::ptrdiff_t>(searches_));
    std::partial_sort(known.begin(), middle, known.end(), is_better);
    known.erase(middle, known.end());
    return known;
  }

  template <class Gain>
  Candidate climb(Candidate at, const Gain& gain, Rng& rng) const {
    for (int step = 0; step < most_steps; ++step) {
      Candidate next = at;
      for (VectorXd& row : neighbours(at.row, rng)) {
        const double value = gain(row);
        if (value > next.gain) next = {std::move(row), value};
      }
      if (!(next.gain > at.gain)) break;
      at = std::move(next);
    }
    return at;
  }

  /// Other values of one axis each.
  std::vector<VectorXd> neighbours(const VectorXd& from, Rng& rng) const {
    std::vector<std::size_t> axes(space_.dimension());
    std::iota(axes.begin(), axes.end(), std::size_t{0});
    rng.shuffle(std::span<std::size_t>(axes));
    axes.resize(std::min(axes.size(), axes_tried));
    std::vector<VectorXd> rows;
    for (const std::size_t axis : axes) {
      const Index j = static_cast<Index>(axis);
      if (from[j] == inactive) continue;
      const auto [kind, values] = space_.axes()[axis];
      const bool are_few = values > 0 && values <= values_tried + 1;
      for (std::size_t k = 0; k < (are_few ? values : values_tried); ++k) {
        VectorXd row = from;
        if (are_few)
          row[j] = space_.coordinate(axis, k);
        else if (kind == AxisKind::nominal)
          row[j] = static_cast<double>(rng.below(values));
        else
          row[j] = std::clamp(from[j] + reach * rng.normal(), 0.0, 1.0);
        space_.settle(row, rng.uniform());
        if (row[j] != from[j]) rows.push_back(std::move(row));
      }
    }
    return rows;
  }

  MixedSpace space_;
  UsedPoints used_;
  SampleSweep sweep_;  // of evenly spread points
  std::uint64_t seed_;
  std::size_t initial_, candidates_, searches_;
  double random_share_;
  ForestForm form_;
  std::vector<std::size_t> codes_;  // of each axis; 0: a number
  std::vector<VectorXd> rows_;      // as told, cancelled ones left out
  std::vector<Standing> standings_;
  std::size_t measured_ = 0;
};

const SearcherRegistration registration({
    .name = "random_forest",
    .summary = "a random forest says where most is to be gained: choices, conditions, jumps",
    .citation =
        "Hutter, Hoos, Leyton-Brown (2011), Sequential model-based optimization for general "
        "algorithm configuration",
    .capabilities = {.multi_objective = false},
    .options = {{"trees", Integer{1, 1000}, std::int64_t{10}, "trees in the forest"},
                {"initial", Integer{0, 100'000}, std::int64_t{0},
                 "evenly spread points before the first forest; 0: ten for each parameter, at most "
                 "a quarter of the trials"},
                {"candidates", Integer{1, 100'000}, std::int64_t{2000},
                 "random points looked at for one suggestion"},
                {"local_searches", Integer{0, 100}, std::int64_t{10},
                 "from how many of the known points a local search begins"},
                {"random_share", Real{0, 1}, 0.2, "part of the suggestions that are random"}},
    .make = [](const Setup& setup) { return std::make_unique<RandomForestSearch>(setup); },
});

}  // namespace
}  // namespace winnow::search
