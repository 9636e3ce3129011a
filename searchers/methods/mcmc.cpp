// Markov chains over good regions: walkers that stay the longer in a place the lower its loss, with
// probability proportional to exp(−loss / temperature). Less to find the best point than to see
// which points are about as good.
//
// Source: ter Braak (2006), "A Markov chain Monte Carlo version of the genetic algorithm
// differential evolution: easy Bayesian computing for real parameter spaces": steps are differences
// of walkers. Differences: it never waits, a walker may have several running proposals, each
// compared with where the walker is when it ends; choices without order (operators/mutation.hpp);
// steps are mirrored at the bounds; points are not visited twice, so shares of visits must be
// weighed by exp(−loss/T) where the space is finite. Memo: {walker}. Cost: O(N + d) for N walkers.

#include <algorithm>
#include <cmath>

#include "searchers/encoding/genome.hpp"
#include "searchers/operators/local_step.hpp"
#include "searchers/operators/mutation.hpp"
#include "searchers/operators/one_by_one.hpp"
#include "searchers/operators/population.hpp"
#include "searchers/operators/sampling.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

constexpr double jitter = 1e-3;     // b of ter Braak 2006: small beside any region of interest
constexpr double jump_share = 0.1;  // proposals with γ = 1, from region to region: ibid., section 2

class MarkovChains final : public Searcher {
 public:
  explicit MarkovChains(const Setup& setup)
      : cube_(setup.space),
        unordered_(unordered_axes(cube_)),
        opening_(cube_.dimension(), setup.seed),
        used_(setup.space),
        seed_(setup.seed),
        temperature_(setup.options.real("temperature")),
        walkers_(static_cast<std::size_t>(setup.options.integer("walkers"))) {}

  Proposal ask(const Context& context, int count) const override {
    std::vector<std::int64_t> steps = walkers_.children_with(context.pending);
    const std::vector<std::size_t> placed = walkers_.filled();
    return one_by_one(used_, context, count, [&](TrialNumber number, FreePoints& free) {
      Rng rng(seed_, number.value, "step");
      const std::size_t walker = walkers_.least_visited(steps);
      const auto draw = [&](int attempt) {
        if (!walkers_.member(walker) || placed.size() < 3)
          return cube_.decode(opening_.draw(number.value, attempt, rng));
        std::vector<double> genome = step(walker, placed, rng);
        scatter(genome, share_to_scatter(attempt), rng);
        return cube_.decode(genome);
      };
      ++steps[walker];
      return Suggestion{number, free.take_drawn(draw, rng), {}, {}, {static_cast<double>(walker)}};
    });
  }

  void tell(const Outcome& outcome) override {
    used_.add(outcome.suggestion.point);
    if (!cube_.space().contains(outcome.suggestion.point)) return;
    const Standing standing = standing_of(outcome);
    const std::optional<std::size_t> walker = walkers_.place_in(outcome.suggestion.memo);
    if (walker) walkers_.count_child(*walker);
    if (!standing.is_measured()) return;
    if (losses_.size() < walkers_.size()) losses_.push_back(standing.loss);
    Member member{genome_of(cube_, outcome.suggestion, seed_), standing};
    if (!walker) {
      walkers_.admit(std::move(member));
      return;
    }
    Rng rng(seed_, outcome.suggestion.number.value, "accept");
    const std::optional<Member>& present = walkers_.member(*walker);
    if (!present || accepts(present->standing, standing, temperature(), rng))
      walkers_.set(*walker, std::move(member));
  }

 private:
  std::vector<double> step(std::size_t walker, const std::vector<std::size_t>& placed,
                           Rng& rng) const {
    const auto self = static_cast<std::size_t>(
        std::lower_bound(placed.begin(), placed.end(), walker) - placed.begin());
    const std::size_t excluded[] = {self};
    const std::vector<std::size_t> r = distinct_indices(placed.size(), 2, excluded, rng);
    const double d = static_cast<double>(std::max<std::size_t>(cube_.dimension(), 1));
    const double gamma = rng.uniform() < jump_share ? 1 : std::min(1.0, 2.38 / std::sqrt(2 * d));
    std::vector<double> genome = walkers_.genome(walker);
    add_difference(genome, gamma, walkers_.genome(placed[r[0]]), walkers_.genome(placed[r[1]]),
                   unordered_, rng);
    for (std::size_t j = 0; j < genome.size(); ++j) {
      if (unordered_[j]) continue;
      const double folded = std::fmod(std::abs(genome[j] + jitter * rng.normal()), 2.0);
      genome[j] = folded > 1 ? 2 - folded : folded;
    }
    return genome;
  }

  /// As given; else a tenth of the spread of the first losses: their lowest tenth is then e times
  /// as likely as the next one.
  double temperature() const {
    if (temperature_ > 0) return temperature_;
    const auto [least, most] = std::minmax_element(losses_.begin(), losses_.end());
    const double spread = *most - *least;
    return spread > 0 && std::isfinite(spread) ? spread / 10 : 1;
  }

  UnitCube cube_;
  std::vector<bool> unordered_;
  Opening opening_;
  UsedPoints used_;
  std::uint64_t seed_;
  double temperature_;
  Population walkers_;
  std::vector<double> losses_;  // the first ones, as many as there are walkers
};

const SearcherRegistration registration({
    .name = "mcmc",
    .summary = "walkers that visit points as often as their losses are low",
    .citation = "ter Braak (2006), A Markov chain Monte Carlo version of the genetic algorithm "
                "differential evolution",
    .capabilities = {.multi_objective = false},
    .options = {{"walkers", Integer{3, 100'000}, std::int64_t{10}, "chains that walk side by side"},
                {"temperature", Real{0, 1e300}, 0.0,
                 "difference of losses that makes a point e times less likely; 0: a tenth of the "
                 "spread of the first losses"}},
    .make = [](const Setup& setup) { return std::make_unique<MarkovChains>(setup); },
});

}  // namespace
}  // namespace winnow::search
