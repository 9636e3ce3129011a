// Latin hypercube sampling: n points of which each parameter, looked at alone, is spread evenly:
// one point in each n-th of its range. After n points a new, independent hypercube begins. For a
// budget that is known beforehand; sobol is the better choice where it is not.
//
// Source: McKay, Beckman, Conover (1979), "A comparison of three methods for selecting values of
// input variables in the analysis of output from a computer code", Technometrics 21, 239–245.
// Differences: points tried before are passed over (option avoid_duplicates).
// Memo: {position, n}: the hypercube that was begun is kept when the limits of the study change.
// Cost: O(d) per point; no hypercube is ever written out.

#include <algorithm>
#include <iterator>

#include "searchers/encoding/unit_cube.hpp"
#include "searchers/numerics/permutation.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/operators/sweep.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

constexpr std::int64_t most_samples = 1'000'000'000;  // more than any study has trials

class LatinHypercube final : public Searcher {
 public:
  explicit LatinHypercube(const Setup& setup)
      : cube_(setup.space),
        sweep_(setup.space, setup.seed,
               setup.options.flag("avoid_duplicates") ? SampleSweep::Repeats::avoided
                                                      : SampleSweep::Repeats::allowed),
        seed_(setup.seed),
        samples_(samples_of(setup)) {}

  Proposal ask(const Context& context, int count) const override {
    std::uint64_t samples = samples_;
    for (const Suggestion& suggestion : context.pending)
      samples = begun_with(suggestion).value_or(samples);
    const auto sequence = [&](std::uint64_t position) {
      return cube_.decode(unit_point(position, samples));
    };
    Proposal proposal{sweep_.next(context.next_number, context.pending, count, sequence,
                                  {static_cast<double>(samples)})};
    proposal.finished = std::ssize(proposal.suggestions) < count;
    return proposal;
  }

  void tell(const Outcome& outcome) override {
    samples_ = begun_with(outcome.suggestion).value_or(samples_);
    sweep_.tell(outcome);
  }

 private:
  static std::uint64_t samples_of(const Setup& setup) {
    const std::int64_t option = setup.options.integer("samples");
    if (option == 0 && !setup.max_trials)
      throw ConfigError(
          "method_options.samples",
          "latin_hypercube must know how many points share a hypercube; give samples, "
          "or limits.max_trials");
    // Where the user's own points take the whole budget, a hypercube of one is never begun.
    const std::int64_t left = setup.max_trials.value_or(0) - setup.user_points;
    return static_cast<std::uint64_t>(
        std::clamp<std::int64_t>(option > 0 ? option : left, 1, most_samples));
  }

  static std::optional<std::uint64_t> begun_with(const Suggestion& suggestion) {
    const std::vector<double>& memo = suggestion.memo;
    if (memo.size() != 2 || !position_in(memo)) return std::nullopt;
    const std::optional<std::uint64_t> samples = position_in({memo[1]});
    return samples && *samples >= 1 ? samples : std::nullopt;
  }

  // Row `position mod n` of hypercube `position div n`: in each coordinate the rows' strata are a
  // permutation of 0 … n − 1, and the point is uniform within its stratum.
  std::vector<double> unit_point(std::uint64_t position, std::uint64_t samples) const {
    Rng keys(seed_, static_cast<std::int64_t>(position / samples), "strata");
    Rng jitter(seed_, static_cast<std::int64_t>(position), "jitter");
    std::vector<double> unit_point(cube_.dimension());
    for (double& coordinate : unit_point) {
      const Permutation strata(samples, keys.bits64(), 0, "strata");
      const double stratum = static_cast<double>(strata.at(position % samples));
      coordinate = (stratum + jitter.uniform()) / static_cast<double>(samples);
    }
    return unit_point;
  }

  UnitCube cube_;
  SampleSweep sweep_;
  std::uint64_t seed_;
  std::uint64_t samples_;
};

const SearcherRegistration registration({
    .name = "latin_hypercube",
    .summary = "points that cover each parameter's range evenly, for a known number of trials",
    .citation =
        "McKay, Beckman, Conover (1979), A comparison of three methods for selecting values "
        "of input variables",
    .capabilities = {},
    .options =
        {{"samples", Integer{0, most_samples}, std::int64_t{0},
          "points that share one hypercube; 0: limits.max_trials less the study's own points"},
         {"avoid_duplicates", Categorical{{false, true}}, true,
          "never try a point twice; finish when a finite space is used up"}},
    .make = [](const Setup& setup) { return std::make_unique<LatinHypercube>(setup); },
});

}  // namespace
}  // namespace winnow::search
