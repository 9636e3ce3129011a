// Simulated annealing: a walk that also goes to worse points, the less the longer it lasts. For
// spaces with many local minima when trials are cheap; it must know their number.
//
// Sources: Kirkpatrick, Gelatt, Vecchi (1983), "Optimization by simulated annealing"; the first
// temperature from the spread of losses: White (1984), "Concepts of scale in simulated annealing".
// Differences: it never waits, running trials are steps from where the walk was when they were
// asked for; the reach of steps shrinks with the root of the temperature; neighbours:
// operators/local_step. Memo: {1} for steps. Cost: O(d).

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
#include "searchers/problem/error.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

constexpr std::size_t opening_trials = 10;  // whose spread sets the first temperature

class Annealing final : public Searcher {
 public:
  explicit Annealing(const Setup& setup)
      : cube_(setup.space),
        axes_{unordered_axes(cube_), cell_widths(cube_)},
        opening_(cube_.dimension(), setup.seed),
        used_(setup.space),
        seed_(setup.seed),
        reach_(setup.options.real("reach")),
        share_(setup.options.real("share")),
        cooling_(setup.options.real("cooling")),
        steps_(steps_of(setup)) {}

  Proposal ask(const Context& context, int count) const override {
    std::size_t begun = opening_losses_.size() + context.pending.size();
    return one_by_one(used_, context, count, [&](TrialNumber number, FreePoints& free) {
      Rng rng(seed_, number.value, "step");
      const bool is_step = begun++ >= opening_trials && present_;
      const auto draw = [&](int attempt) {
        if (!is_step) return cube_.decode(opening_.draw(number.value, attempt, rng));
        const double reach = reach_ * std::sqrt(coldness());
        std::vector<double> genome = neighbour(present_->genome, axes_, share_, reach, rng);
        scatter(genome, share_to_scatter(attempt), rng);
        return cube_.decode(genome);
      };
      std::vector<double> memo;
      if (is_step) memo = {1};
      return Suggestion{number, free.take_drawn(draw, rng), {}, {}, std::move(memo)};
    });
  }

  void tell(const Outcome& outcome) override {
    used_.add(outcome.suggestion.point);
    if (!cube_.space().contains(outcome.suggestion.point)) return;
    const bool is_step = outcome.suggestion.memo == std::vector<double>{1};
    told_steps_ += is_step;
    const Standing standing = standing_of(outcome);
    if (!standing.is_measured()) return;
    if (opening_losses_.size() < opening_trials) opening_losses_.push_back(standing.loss);
    Rng rng(seed_, outcome.suggestion.number.value, "accept");
    const bool goes_there =
        !present_ || (is_step ? accepts(present_->standing, standing, temperature(), rng)
                              : standing < present_->standing);
    if (goes_there) present_ = Member{genome_of(cube_, outcome.suggestion, seed_), standing};
  }

 private:
  static double steps_of(const Setup& setup) {
    const std::int64_t option = setup.options.integer("steps");
    const std::int64_t steps = option > 0 ? option : setup.max_trials.value_or(0);
    if (steps < 1)
      throw ConfigError("method_options.steps",
                        "annealing must know how long to cool; give steps, or limits.max_trials");
    return static_cast<double>(steps);
  }

  /// From 1 at the beginning down to `cooling` at the end and later, by equal factors.
  double coldness() const {
    return std::pow(cooling_, std::min(1.0, static_cast<double>(told_steps_) / steps_));
  }

  double temperature() const {
    double mean = 0, variance = 0;
    const double n = static_cast<double>(opening_losses_.size());
    for (const double loss : opening_losses_) mean += loss / n;
    for (const double loss : opening_losses_) variance += (loss - mean) * (loss - mean) / n;
    const double spread = std::sqrt(variance);
    return coldness() * (spread > 0 && std::isfinite(spread) ? spread : 1);
  }

  UnitCube cube_;
  Axes axes_;
  Opening opening_;
  UsedPoints used_;
  std::uint64_t seed_;
  double reach_, share_, cooling_, steps_;
  std::vector<double> opening_losses_;
  std::optional<Member> present_;
  std::int64_t told_steps_ = 0;
};

const SearcherRegistration registration({
    .name = "annealing",
    .summary = "a walk that goes to worse points too, less and less while it cools",
    .citation = "Kirkpatrick, Gelatt, Vecchi (1983), Optimization by simulated annealing",
    .capabilities = {.multi_objective = false},
    .options =
        {{"steps", Integer{0, 1'000'000'000}, std::int64_t{0},
          "trials until it is cold; 0: limits.max_trials"},
         {"cooling", Real{1e-12, 0.9, Scale::log}, 1e-3,
          "last temperature, as a part of the first, which is the spread of the first losses"},
         {"reach", Real{1e-6, 1, Scale::log}, 0.3,
          "deviation of the first steps, as a part of each range"},
         {"share", Real{0, 1}, 0.3, "probability that a step changes a parameter"}},
    .make = [](const Setup& setup) { return std::make_unique<Annealing>(setup); },
});

}  // namespace
}  // namespace winnow::search
