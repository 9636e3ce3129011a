// Random search: every point is drawn independently of what was learnt. The yardstick for every
// other method, and hard to beat where few of many parameters matter.
//
// Source: Bergstra, Bengio (2012), "Random search for hyper-parameter optimization", JMLR 13,
// 281–305. Differences: where the space is finite, points tried before are drawn again (option
// avoid_duplicates); when all have been tried the search is finished.
// Randomness: suggestion n is a function of (seed, n) and of which points are used. Cost: O(d) and
// one look-up per draw.

#include <utility>

#include "searchers/encoding/unit_cube.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/operators/used_points.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

class Random final : public Searcher {
 public:
  explicit Random(const Setup& setup)
      : cube_(setup.space),
        used_(setup.space),
        seed_(setup.seed),
        avoid_duplicates_(setup.options.flag("avoid_duplicates")) {}

  Proposal ask(const Context& context, int count) const override {
    FreePoints free(used_, context.pending);
    Proposal proposal;
    for (int i = 0; i < count; ++i) {
      if (avoid_duplicates_ && free.exhausted()) {
        proposal.finished = true;
        break;
      }
      const TrialNumber number{context.next_number.value + i};
      Rng rng(seed_, number.value, "sample");
      Point point =
          avoid_duplicates_ ? free.take_drawn([&](int) { return draw(rng); }, rng) : draw(rng);
      proposal.suggestions.push_back({number, std::move(point), {}, {}, {}});
    }
    proposal.reason = free.fallback();
    return proposal;
  }

  void tell(const Outcome& outcome) override {
    if (avoid_duplicates_) used_.add(outcome.suggestion.point);
  }

 private:
  Point draw(Rng& rng) const {
    std::vector<double> unit_point(cube_.dimension());
    for (double& coordinate : unit_point) coordinate = rng.uniform();
    return cube_.decode(unit_point);
  }

  UnitCube cube_;
  UsedPoints used_;
  std::uint64_t seed_;
  bool avoid_duplicates_;
};

const SearcherRegistration registration({
    .name = "random",
    .summary = "independent random points",
    .citation = "Bergstra, Bengio (2012), Random search for hyper-parameter optimization",
    .capabilities = {},
    .options = {{"avoid_duplicates", Categorical{{false, true}}, true,
                 "never try a point twice; finish when a finite space is used up"}},
    .make = [](const Setup& setup) { return std::make_unique<Random>(setup); },
});

}  // namespace
}  // namespace winnow::search
