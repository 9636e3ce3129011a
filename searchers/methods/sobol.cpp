// Sobol search: points that fill the space more evenly than random ones, each prefix of 2^k points
// most of all. A good first look at a space, and a good start for methods that model it.
//
// Sources: Sobol (1967), "On the distribution of points in a cube"; Joe, Kuo (2008), "Constructing
// Sobol sequences with better two-dimensional projections"; scrambling: numerics/sobol.hpp.
// Differences: points tried before are passed over (option avoid_duplicates).
// Memo: {position in the sequence}. Cost: O(d). At most 128 parameters with more than one value,
// 2^32 positions.

#include "searchers/numerics/sobol.hpp"

#include <fmt/format.h>

#include <iterator>

#include "searchers/encoding/unit_cube.hpp"
#include "searchers/operators/sweep.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

class Sobol final : public Searcher {
 public:
  explicit Sobol(const Setup& setup)
      : cube_(checked(setup.space)),
        sequence_(cube_.dimension(), setup.seed),
        sweep_(setup.space, setup.seed,
               setup.options.flag("avoid_duplicates") ? SampleSweep::Repeats::avoided
                                                      : SampleSweep::Repeats::allowed) {}

  Proposal ask(const Context& context, int count) const override {
    const auto sequence = [this](std::uint64_t position) {
      expect(position <= UINT32_MAX, "a position beyond the 2^32 points of the sequence");
      return cube_.decode(sequence_.at(static_cast<std::uint32_t>(position)));
    };
    Proposal proposal{sweep_.next(context.next_number, context.pending, count, sequence)};
    proposal.finished = std::ssize(proposal.suggestions) < count;
    return proposal;
  }

  void tell(const Outcome& outcome) override { sweep_.tell(outcome); }

 private:
  static UnitCube checked(const SearchSpace& space) {
    UnitCube cube(space);
    if (cube.dimension() > sobol_dimensions)
      throw ConfigError("parameters",
                        fmt::format("sobol handles {} parameters with more than one value, found "
                                    "{}; use latin_hypercube or random",
                                    sobol_dimensions, cube.dimension()));
    return cube;
  }

  UnitCube cube_;
  ScrambledSobol sequence_;
  SampleSweep sweep_;
};

const SearcherRegistration registration({
    .name = "sobol",
    .summary = "evenly spread points (scrambled Sobol sequence)",
    .citation = "Joe, Kuo (2008), Constructing Sobol sequences with better two-dimensional "
                "projections; scrambled after Owen (1995)",
    .capabilities = {},
    .options = {{"avoid_duplicates", Categorical{{false, true}}, true,
                 "never try a point twice; finish when a finite space is used up"}},
    .make = [](const Setup& setup) { return std::make_unique<Sobol>(setup); },
});

}  // namespace
}  // namespace winnow::search
