// Do several arms, each tried under the same blocks (seeds, folds), have the same mean? Blocks may
// differ freely; what must hold is that all differences between two arms vary equally (sphericity),
// so read the corrected p-values.
#pragma once

#include "searchers/stats/groups/groups.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::stats {

struct RepeatedAnova {
  /// As if sphericity held.
  TestResult test;
  /// How far it is from holding: 1 holds, 1/(k − 1) the worst. Box (1954) as estimated by
  /// Greenhouse, Geisser (1959), "On methods in the analysis of profile data"; and the larger
  /// estimate of Huynh, Feldt (1976), "Estimation of the Box correction …", 1 at most.
  double greenhouse_geisser = 1, huynh_feldt = 1;
  /// With both degrees of freedom multiplied by that.
  double greenhouse_geisser_p = 1, huynh_feldt_p = 1;
  /// Of the variation left when blocks are taken out; and of all of it, comparable with designs
  /// without blocks (Olejnik, Algina 2003, "Generalized eta and omega squared statistics").
  double partial_eta_squared = 0, generalised_eta_squared = 0;
};

/// Exact for normal values under sphericity. With two arms it is the paired t-test squared. Refused
/// where nothing is left to vary when blocks and arms are taken out.
Answer<RepeatedAnova> repeated_anova(Blocks blocks);

}  // namespace winnow::stats
