// Which parameters decide whether a trial is among the best? For each parameter the density of its
// values in the best trials is held against that in all trials: where the two are alike, it does
// not matter. Says nothing about a parameter whose effect depends wholly on another one (an
// exclusive or), and follows where a search has looked rather than the whole space.
//
// Source: Watanabe, Bansal, Hutter (2023), "PED-ANOVA: Efficiently quantifying hyperparameter
// importance in arbitrary subspaces", section 4, in which the local importance is the Pearson
// divergence of the two densities; bandwidths after Scott (1992), "Multivariate density
// estimation", equation 6.42. Differences: the density of the best is smoothed towards that of all,
// not towards a uniform one; a parameter that is not always active is judged on the trials that
// have it; what as many trials drawn by chance diverge is taken off, since a few always do.
#pragma once

#include <vector>

namespace winnow::search {

/// A parameter's values in `cells` equal parts of its range, or one part for each choice.
struct CellAxis {
  int cells = 2;
  bool is_ordered = true;  // neighbours are alike
};

struct CellTrial {
  std::vector<int> cells;  // one for each axis, from 0; no_cell where it is not active
  double loss = 0;         // finite
};
inline constexpr int no_cell = -1;

struct AxisImportance {
  double share = 0;       // of what all axes diverge beyond chance
  double divergence = 0;  // of the best trials from all, Pearson's
  double by_chance = 0;   // mean divergence of as many trials drawn at random
  double p = 1;           // how often those diverge as much, the best counted in
  int trials = 0;         // in which the parameter is active
};

struct PedAnova {
  std::vector<AxisImportance> axes;  // shares add up to 1, or are all 0: nothing matters
  int best = 0;                      // trials that counted as the best; ties at the border included
  /// Of the densities as a model: the chance that, among trials it was not fitted to (five parts,
  /// each left out in turn), one of the best gets a higher ratio of densities than one of the rest.
  /// 1/2 is no better than chance: then the importances are noise.
  double held_out_auc = 0.5;
};

/// The fewest trials of which anything is said: a quarter of them is `fewest_best`.
inline constexpr int fewest_trials = 20;

/// `trials` in the order in which they were run. Needs: fewest_trials or more. Cost:
/// O(axes · cells² · 500): a second for 20 axes of 50 cells.
PedAnova ped_anova(const std::vector<CellAxis>& axes, const std::vector<CellTrial>& trials);

}  // namespace winnow::search
