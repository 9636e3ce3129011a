#include "searchers/operators/drawn_samples.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "searchers/operators/mutation.hpp"
#include "searchers/operators/one_by_one.hpp"
#include "searchers/operators/sweep.hpp"

namespace winnow::search {
namespace {

constexpr double farthest = 1e6;  // no sample goes there

}  // namespace

std::optional<DrawnSample> sample_in(const Suggestion& suggestion, const Coding& coding) {
  const std::vector<double>& memo = suggestion.memo;
  if (memo.size() != coding.dimension + 2) return std::nullopt;
  const std::optional<std::uint64_t> run = position_in(memo), generation = position_in({memo[1]});
  const bool is_near =
      std::all_of(memo.begin() + 2, memo.end(), [](double u) { return std::abs(u) < farthest; });
  if (!run || !generation || !is_near) return std::nullopt;
  DrawnSample sample{static_cast<std::int64_t>(*run),
                     static_cast<std::int64_t>(*generation),
                     {memo.begin() + 2, memo.end()}};
  if (coding.point_of(sample.genome) != suggestion.point) return std::nullopt;
  return sample;
}

Proposal ask_samples(const UsedPoints& used, const Context& context, int count, std::uint64_t seed,
                     const Coding& coding, std::int64_t run, std::int64_t generation,
                     const std::function<std::vector<double>(Rng&)>& draw) {
  return one_by_one(used, context, count, [&](TrialNumber number, FreePoints& free) {
    Rng rng(seed, number.value, "sample");
    std::vector<double> genome;
    const auto point_at = [&](int attempt) {
      genome = draw(rng);
      scatter(genome, share_to_scatter(attempt), rng);
      return coding.point_of(genome);
    };
    Suggestion suggestion{number, free.take_drawn(point_at, rng)};
    if (coding.point_of(genome) != suggestion.point) genome = coding.genome_of(suggestion);
    suggestion.memo = {static_cast<double>(run), static_cast<double>(generation)};
    suggestion.memo.insert(suggestion.memo.end(), genome.begin(), genome.end());
    return suggestion;
  });
}

}  // namespace winnow::search
