// Hill climbing: random steps from the best point of the climb, longer after a success and shorter
// after failures; a new climb begins where steps have become too short to matter. For smooth spaces
// and as a yardstick: what it cannot climb has many hills.
//
// Source: Rechenberg (1973), "Evolutionsstrategie", the 1/5 success rule, in the form of Kern et
// al. (2004), "Learning probability distributions in continuous evolutionary algorithms",
// section 3.1. Differences: it never waits, running trials are steps from the same point;
// parameters without a value or an order (operators/local_step.hpp). Memo: {climb}. Cost: O(d).

#include <algorithm>
#include <cmath>
#include <optional>

#include "searchers/encoding/cell_widths.hpp"
#include "searchers/encoding/genome.hpp"
#include "searchers/operators/local_step.hpp"
#include "searchers/operators/mutation.hpp"
#include "searchers/operators/one_by_one.hpp"
#include "searchers/operators/population.hpp"
#include "searchers/operators/sampling.hpp"
#include "searchers/operators/sweep.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

constexpr double growth = 1.5;                        // Kern et al. 2004, section 3.1
const double shrinkage = std::pow(growth, -1.0 / 4);  // balances one success in five

class HillClimb final : public Searcher {
 public:
  explicit HillClimb(const Setup& setup)
      : cube_(setup.space),
        axes_{unordered_axes(cube_), cell_widths(cube_)},
        opening_(cube_.dimension(), setup.seed),
        used_(setup.space),
        seed_(setup.seed),
        first_reach_(setup.options.real("reach")),
        least_reach_(setup.options.real("least_reach")),
        share_(setup.options.real("share")),
        reach_(first_reach_) {}

  Proposal ask(const Context& context, int count) const override {
    return one_by_one(used_, context, count, [this](TrialNumber number, FreePoints& free) {
      Rng rng(seed_, number.value, "step");
      const auto draw = [&](int attempt) {
        if (!best_) return cube_.decode(opening_.draw(number.value, attempt, rng));
        std::vector<double> genome = neighbour(best_->genome, axes_, share_, reach_, rng);
        scatter(genome, share_to_scatter(attempt), rng);
        return cube_.decode(genome);
      };
      return Suggestion{number, free.take_drawn(draw, rng), {}, {}, {static_cast<double>(climb_)}};
    });
  }

  void tell(const Outcome& outcome) override {
    used_.add(outcome.suggestion.point);
    if (!cube_.space().contains(outcome.suggestion.point)) return;
    const bool is_step = position_in(outcome.suggestion.memo) == climb_;
    if (!is_step && !outcome.suggestion.memo.empty()) return;  // of a climb that has ended
    const Standing standing = standing_of(outcome);
    const bool is_better = standing.is_measured() && (!best_ || standing < best_->standing);
    if (is_better) best_ = Member{genome_of(cube_, outcome.suggestion, seed_), standing};
    if (!is_step || !best_) return;
    reach_ = std::min(1.0, reach_ * (is_better ? growth : shrinkage));
    if (reach_ >= least_reach_) return;
    ++climb_;
    best_.reset();
    reach_ = first_reach_;
  }

 private:
  UnitCube cube_;
  Axes axes_;
  Opening opening_;
  UsedPoints used_;
  std::uint64_t seed_;
  double first_reach_, least_reach_, share_;
  double reach_;
  std::uint64_t climb_ = 0;
  std::optional<Member> best_;  // of this climb
};

const SearcherRegistration registration({
    .name = "hill_climb",
    .summary = "random steps from the best point, their length by the share of successes",
    .citation = "Rechenberg (1973), Evolutionsstrategie",
    .capabilities = {.multi_objective = false},
    .options = {{"reach", Real{1e-6, 1, Scale::log}, 0.2,
                 "deviation of the first steps, as a part of each range"},
                {"least_reach", Real{1e-12, 1, Scale::log}, 1e-4,
                 "a new climb begins where steps have become shorter than this"},
                {"share", Real{0, 1}, 0.5, "probability that a step changes a parameter"}},
    .make = [](const Setup& setup) { return std::make_unique<HillClimb>(setup); },
});

}  // namespace
}  // namespace winnow::search
