#include "searchers/operators/steady_evolution.hpp"

#include <algorithm>
#include <utility>

#include "searchers/operators/mutation.hpp"
#include "searchers/operators/one_by_one.hpp"

namespace winnow::search {

std::size_t population_size(std::int64_t option, std::optional<std::int64_t> max_trials) {
  constexpr std::int64_t fewest = 20, most = 50;
  if (option > 0) return static_cast<std::size_t>(option);
  return static_cast<std::size_t>(std::clamp(max_trials.value_or(10 * most) / 10, fewest, most));
}

Proposal SteadyEvolution::ask(
    const Context& context, int count,
    const std::function<std::optional<std::vector<double>>(Rng& rng)>& child) const {
  return one_by_one(used_, context, count, [&](TrialNumber number, FreePoints& free) {
    // Points of others count as well: a study that begins with good ones breeds sooner.
    const auto ahead = static_cast<std::size_t>(number.value - context.next_number.value);
    const std::size_t index = told_ + context.pending.size() + ahead;
    Rng rng(seed_, number.value, "child");
    const auto draw = [&](int attempt) {
      std::optional<std::vector<double>> genome;
      if (index >= opening_) genome = child(rng);
      if (!genome) genome = points_to_begin_with_.at(static_cast<std::uint32_t>(index));
      scatter(*genome, share_to_scatter(attempt), rng);
      return coding_.point_of(*genome);
    };
    return Suggestion{number, free.take_drawn(draw, rng), {}, {}, {}};
  });
}

void SteadyEvolution::tell(const Outcome& outcome) {
  ++told_;
  used_.add(outcome.suggestion.point);
  if (outcome.losses.size() != objectives_ || !used_.space().contains(outcome.suggestion.point))
    return;
  newcomers_.push_back({coding_.genome_of(outcome.suggestion), outcome.losses});
}

}  // namespace winnow::search
