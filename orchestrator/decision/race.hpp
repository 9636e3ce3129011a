// A race of settings over fresh trials: all arms get the same seeds, losers leave at fixed looks,
// and what is left at the end may be claimed. A plain function of the outcomes: no clock, no store,
// no state, so that a resumed study and a reviewer come to the same race.
//
// Errors are controlled three times, and apart. Leaving as a loser: at look k, Holm's correction
// over all pairs of living arms at level α_k, where the α_k add up to α (López-Ibáñez et al. 2016,
// "The irace package", section 2.2, has the same shape with a Friedman gate in front; a gate
// followed by comparisons with the observed best was simulated at error rates of .07 to .12, so
// there is none). Leaving without hope: an arm whose remaining seeds can hardly make it the best
// leaves too, and nothing is said of it (reversal.hpp); what is bounded there is the chance that
// the arm which all seeds would have shown to be the best is gone. Claiming: see claim.hpp.
#pragma once

#include <optional>
#include <vector>

#include "searchers/problem/selection.hpp"
#include "searchers/stats/error_control/elimination.hpp"
#include "searchers/stats/pairs.hpp"

namespace winnow::run {

/// What an arm came to under one fresh seed: in one trial, or in one for each fold. Not ended:
/// neither loss nor failure is known yet.
struct FreshTrial {
  bool has_ended = false;
  std::optional<double> loss = {};       // mean over the folds; nothing after the end: one failed,
                                         // or came to a number that no test can use (sample.hpp)
  std::vector<double> fold_losses = {};  // with folds, where all succeeded: of each
  std::vector<double> excess = {};       // beyond each bound, mean over the folds; with a loss only
  bool operator==(const FreshTrial&) const = default;
};

/// fresh[arm][replicate], replicate from 0; each arm has `seeds` of them.
using FreshTrials = std::vector<std::vector<FreshTrial>>;

struct RaceRules {
  int seeds = 0;
  int looks = 0;  // before the last seed, at most: look_seeds()
  double alpha = 0.05;
  double margin = 0;  // differences up to this are no reason to leave
  /// This arm, if there is one, never leaves: the others are measured against it.
  std::optional<int> baseline = {};
};

/// An arm that lies so far behind another one that its remaining seeds can hardly turn it.
struct HopelessArm {
  int arm = 0, behind = 0;
  double probability = 0;  // that it still ends with the better mean
  bool operator==(const HopelessArm&) const = default;
};

struct RaceLook {
  int seeds = 0;         // trials that each living arm has had
  int common_seeds = 0;  // of them, those under which all living arms succeeded: what is compared
  double alpha = 0;      // the level of this look
  std::vector<stats::Elimination> losses;  // ids are arms; the baseline may lose and stays
  std::vector<HopelessArm> hopeless;       // who has not lost, and is no baseline
  std::vector<int> breaking;               // a bound, by their means so far; the baseline stays
  std::vector<int> leaving;                // for any of these, and for nothing but failures
};

struct FreshKey {
  int arm = 0;
  int replicate = 0;  // from 0
  auto operator<=>(const FreshKey&) const = default;
};

struct RaceState {
  std::vector<RaceLook> looks;   // those whose trials have all ended
  std::vector<int> living;       // after the last of them
  std::vector<FreshKey> wanted;  // trials that the next look needs and that have not ended
  bool is_over() const { return wanted.empty(); }
};

/// How many trials each living arm has had at each look: `looks` of them, fewer where there is no
/// room, spread from three tenths of the seeds, but no fewer than five, to two thirds. Earlier a
/// t-test tells next to nothing at the levels of a race, later there is little left to save: what a
/// look at the last seed could spend would save nothing at all (tests/bench/README.md).
std::vector<int> look_seeds(int seeds, int looks);

/// The first bound that the mean of an arm's trials under the seeds below `seeds` breaks.
std::optional<std::size_t> broken_bound(const FreshTrials& fresh, int arm, int seeds);

RaceState race(const RaceRules& rules, const FreshTrials& fresh);

/// Losses of `first` − losses of `second` under the seeds below `seeds`. Those under which one of
/// them failed are dropped, and listed.
stats::Pairing paired(const FreshTrials& fresh, int first, int second, int seeds);

/// The same for every fold of every seed under which neither failed, seed by seed.
stats::Differences paired_folds(const FreshTrials& fresh, int first, int second, int seeds);

}  // namespace winnow::run
