#include "orchestrator/decision/front_replication.hpp"

#include <algorithm>

#include "searchers/numerics/hypervolume.hpp"
#include "searchers/numerics/knee.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/stats/proportions.hpp"
#include "searchers/stats/resampling/interval_of_replicates.hpp"
#include "searchers/stats/sample.hpp"

namespace winnow::run {
namespace {

using search::Losses;

constexpr int draws = 2000;  // a probability of ½ has a standard error of 0.011
constexpr double level = 0.95;

std::vector<std::size_t> common_seeds(const FrontReplicates& losses) {
  std::vector<std::size_t> seeds;
  for (std::size_t seed = 0; seed < losses.front().size(); ++seed) {
    const bool is_common = std::ranges::all_of(
        losses, [&](const auto& arm) { return !has_succeeded(arm) || arm[seed].has_value(); });
    if (is_common) seeds.push_back(seed);
  }
  return seeds;
}

std::vector<Losses> means_over(const FrontReplicates& losses,
                               const std::vector<std::size_t>& seeds) {
  std::vector<Losses> means;
  for (const auto& arm : losses) {
    Losses mean;
    const std::size_t objectives = has_succeeded(arm) ? arm[seeds.front()]->size() : 0;
    for (std::size_t j = 0; j < objectives; ++j) {
      std::vector<double> values;
      for (const std::size_t seed : seeds) values.push_back((*arm[seed])[j]);
      const auto [low, high] = std::ranges::minmax(values);
      // Rounding must not part the mean of equal values from them.
      mean.push_back(std::clamp(stats::mean(values), low, high));
    }
    means.push_back(std::move(mean));
  }
  return means;
}

std::vector<std::size_t> front_of(const std::vector<Losses>& means,
                                  const std::vector<std::size_t>& candidates) {
  std::vector<Losses> theirs;
  for (const std::size_t arm : candidates) theirs.push_back(means[arm]);
  std::vector<std::size_t> front = search::pareto_front(theirs);
  for (std::size_t& member : front) member = candidates[member];
  return front;
}

std::vector<Losses> members_of(const std::vector<Losses>& means,
                               const std::vector<std::size_t>& front) {
  std::vector<Losses> members;
  for (const std::size_t arm : front) members.push_back(means[arm]);
  return members;
}

std::size_t knee_of(const std::vector<Losses>& means, const std::vector<std::size_t>& front) {
  return front[search::knee(members_of(means, front))];
}

bool attains(const Losses& own, const Losses& goal) {
  return std::equal(own.begin(), own.end(), goal.begin(),
                    [](double a, double b) { return a <= b; });
}

void add_attainment(const FrontReplicates& losses, const std::vector<std::size_t>& candidates,
                    const std::vector<std::size_t>& seeds, ReplicatedArm& arm) {
  int attained = 0;
  for (const std::size_t seed : seeds) {
    attained += std::ranges::any_of(
        candidates, [&](std::size_t other) { return attains(*losses[other][seed], arm.mean); });
  }
  const double n = static_cast<double>(seeds.size());
  arm.attained = attained / n;
  arm.attained_interval = stats::wilson_interval(attained, n, level);
}

}  // namespace

bool has_succeeded(const std::vector<std::optional<search::Losses>>& by_seed) {
  return std::ranges::any_of(by_seed, [](const auto& losses) { return losses.has_value(); });
}

std::optional<ReplicatedFront> replicate_front(const FrontReplicates& losses,
                                               const std::vector<std::size_t>& candidates) {
  expect(!candidates.empty(), "a front of something");
  const std::vector<std::size_t> seeds = common_seeds(losses);
  if (seeds.empty()) return std::nullopt;
  ReplicatedFront result;
  result.common_seeds = static_cast<int>(seeds.size());
  const std::vector<Losses> means = means_over(losses, seeds);
  const std::vector<std::size_t> front = front_of(means, candidates);
  result.arms.resize(losses.size());
  for (std::size_t arm = 0; arm < losses.size(); ++arm) {
    result.arms[arm].mean = means[arm];
    if (!has_succeeded(losses[arm])) continue;
    add_attainment(losses, candidates, seeds, result.arms[arm]);
  }
  for (const std::size_t arm : front) result.arms[arm].is_on_front = true;
  const std::vector<Losses> members = members_of(means, front);
  result.reference = search::reference_behind(members);
  result.hypervolume = search::hypervolume(members, result.reference);
  result.knee = knee_of(means, front);
  std::vector<double> volumes;
  for (int draw = 0; draw < draws; ++draw) {
    search::Rng rng(0, draw, "seeds of a front");
    std::vector<std::size_t> drawn;
    for (std::size_t k = 0; k < seeds.size(); ++k) drawn.push_back(seeds[rng.below(seeds.size())]);
    const std::vector<Losses> their_means = means_over(losses, drawn);
    const std::vector<std::size_t> their_front = front_of(their_means, candidates);
    for (const std::size_t arm : their_front) result.arms[arm].membership += 1.0 / draws;
    result.arms[knee_of(their_means, their_front)].knee_share += 1.0 / draws;
    volumes.push_back(search::hypervolume(members_of(their_means, their_front), result.reference));
  }
  const auto interval = stats::percentile_interval(volumes, level);
  if (interval) result.hypervolume_interval = *interval;
  return result;
}

}  // namespace winnow::run
