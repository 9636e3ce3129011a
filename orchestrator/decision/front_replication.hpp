// What fresh seeds say of a Pareto front: who still belongs to it, how much it dominates, and which
// member to take. The members were found by noisy scores, so some are there by luck.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "searchers/numerics/dominance.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::run {

/// losses[arm][seed]: nothing where the trial failed.
using FrontReplicates = std::vector<std::vector<std::optional<search::Losses>>>;

/// Whether an arm has losses under one of its seeds. One without any says nothing of the seeds of
/// the others, and belongs to no front.
bool has_succeeded(const std::vector<std::optional<search::Losses>>& by_seed);

struct ReplicatedArm {
  search::Losses mean;  // over the seeds that all arms with a success survived; empty: it has none
  bool is_on_front = false;
  /// How often nothing dominates its means when the seeds are drawn anew: the probability that it
  /// belongs to the front. Below ½ it is there by luck.
  double membership = 0;
  /// In how many of the seeds the settings' own front attains this arm's means: its place on the
  /// attainment function (Grunert da Fonseca, Fonseca, Hall 2001, "Inferential performance
  /// assessment of stochastic optimisers and the attainment function"), with Wilson's interval.
  double attained = 0;
  stats::Interval attained_interval;
  double knee_share = 0;  // of the draws in which it is the knee
};

struct ReplicatedFront {
  std::vector<ReplicatedArm> arms;
  int common_seeds = 0;
  search::Losses reference;  // behind the front of the means
  double hypervolume = 0;    // of the front of the means
  /// Percentiles of the draws' hypervolumes, 95 %. The hypervolume of noisy means is too large by
  /// itself, and so is its interval: it says how far it varies, not how far it errs.
  stats::Interval hypervolume_interval;
  std::size_t knee = 0;  // arm
};

/// Seeds are drawn with replacement, the same for all arms (a paired bootstrap): Efron, Tibshirani
/// (1993), "An introduction to the bootstrap", chapter 8. A function of its arguments. Only
/// `candidates`, some of the arms that have succeeded, can belong to the front; the others break a
/// bound. Nothing where those that have succeeded have no seed in common. Needs a candidate.
std::optional<ReplicatedFront> replicate_front(const FrontReplicates& losses,
                                               const std::vector<std::size_t>& candidates);

}  // namespace winnow::run
