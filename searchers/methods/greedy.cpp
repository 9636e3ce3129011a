// Greedy search, coordinate by coordinate: tries values of one parameter while the others stay at
// the best point so far, then those of the next. For parameters that do not interact; easy to
// follow and to explain. Later sweeps look at numbers more closely around the best.
//
// Source: coordinate search, e.g. Wright (2015), "Coordinate descent algorithms"; ours for sampled
// values. It never waits: the base of a trial is the best point told when it was asked for.
// Memo: {position in the endless sequence of sweeps}. Cost: O(d).

#include <algorithm>
#include <cmath>
#include <iterator>

#include "searchers/encoding/genome.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/operators/mutation.hpp"
#include "searchers/operators/population.hpp"
#include "searchers/operators/sweep.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

// Sweeps until the window of numbers is back at the whole range: 2^-12 of it is fine enough to know
// the best basin. From then on the other parameters are scattered, more with every round of sweeps:
// around the best point there may be nothing new.
constexpr std::uint64_t window_sweeps = 13;

class Greedy final : public Searcher {
 public:
  explicit Greedy(const Setup& setup)
      : cube_(setup.space),
        sweep_(setup.space, setup.seed, SampleSweep::Repeats::avoided),
        seed_(setup.seed),
        values_(static_cast<std::uint64_t>(setup.options.integer("values"))) {
    for (std::size_t j = 0; j < cube_.dimension(); ++j)
      tries_.push_back(std::min(values_, cardinality(domain(j)).value_or(values_)));
    for (const std::uint64_t tries : tries_) tries_of_sweep_ += tries;
  }

  Proposal ask(const Context& context, int count) const override {
    const auto sequence = [this](std::uint64_t position) { return at(position); };
    Proposal proposal{sweep_.next(context.next_number, context.pending, count, sequence)};
    proposal.finished = std::ssize(proposal.suggestions) < count;
    return proposal;
  }

  void tell(const Outcome& outcome) override {
    sweep_.tell(outcome);
    const Standing standing = standing_of(outcome);
    if (!standing.is_measured() || !cube_.space().contains(outcome.suggestion.point)) return;
    if (!best_ || standing < best_->standing)
      best_ = Member{genome_of(cube_, outcome.suggestion, seed_), standing};
  }

 private:
  const Domain& domain(std::size_t axis) const {
    return cube_.space().parameters()[cube_.parameter(axis)].domain;
  }

  Point at(std::uint64_t position) const {
    std::vector<double> genome =
        best_ ? best_->genome : std::vector<double>(cube_.dimension(), 0.5);
    if (genome.empty()) return cube_.decode(genome);
    const std::uint64_t sweep = position / tries_of_sweep_;
    std::uint64_t place = position % tries_of_sweep_;
    std::size_t axis = 0;
    for (; place >= tries_[axis]; ++axis) place -= tries_[axis];
    Rng rng(seed_, static_cast<std::int64_t>(position), "scatter");
    scatter(
        genome,
        share_to_scatter(static_cast<int>(std::min<std::uint64_t>(sweep / window_sweeps, 1000))),
        rng);
    genome[axis] = value(axis, place, sweep, position, genome[axis]);
    return cube_.decode(genome);
  }

  /// The place-th value to try on an axis: of few values each one, of many those nearest to evenly
  /// spread places in a window around the best, which halves with every sweep.
  double value(std::size_t axis, std::uint64_t place, std::uint64_t sweep, std::uint64_t position,
               double best) const {
    if (const auto values = cardinality(domain(axis)); values && *values <= values_)
      return cube_.unit(axis, value_at(domain(axis), place));
    // The jitter keeps a later sweep from meeting the values of an earlier one.
    Rng rng(seed_, static_cast<std::int64_t>(position), "jitter");
    const double width = std::pow(0.5, static_cast<double>(sweep % window_sweeps));
    const double low = std::clamp(best - width / 2, 0.0, 1 - width);
    return low +
           width * (static_cast<double>(place) + rng.uniform()) / static_cast<double>(tries_[axis]);
  }

  UnitCube cube_;
  SampleSweep sweep_;
  std::uint64_t seed_;
  std::uint64_t values_;
  std::vector<std::uint64_t> tries_;  // of each axis in one sweep
  std::uint64_t tries_of_sweep_ = 0;
  std::optional<Member> best_;
};

const SearcherRegistration registration({
    .name = "greedy",
    .summary = "one parameter after another, the others at the best point so far",
    .citation = "Wright (2015), Coordinate descent algorithms",
    .capabilities = {.multi_objective = false},
    .options = {{"values", Integer{2, 1000}, std::int64_t{6},
                 "values to try of each parameter in a sweep; all, where it has no more"}},
    .make = [](const Setup& setup) { return std::make_unique<Greedy>(setup); },
});

}  // namespace
}  // namespace winnow::search
