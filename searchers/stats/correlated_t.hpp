// Two arms compared on the folds of a cross-validation. Folds share training data, so their
// differences are correlated and a plain t-test rejects far too often; both procedures here widen
// the error by that correlation, taken as the part of the data that a fold tests on.
#pragma once

#include "searchers/stats/equivalence.hpp"
#include "searchers/stats/student_t.hpp"

namespace winnow::stats {

/// Nadeau, Bengio (2003), "Inference for the generalization error", section 4.2: the variance of
/// the mean of n differences is taken as (1/n + ratio) s², ratio = test rows / training rows of a
/// fold; for k folds 1 / (k − 1). A heuristic that holds its level well, not an exact test.
Answer<TTest> corrected_t(const Differences& folds, double test_to_train_ratio,
                          const MeanQuestion& question = {});

struct CorrelatedPosterior {
  double mean = 0, scale = 0, degrees = 0;  // Student's distribution, shifted and scaled
  double below = 0, inside = 0, above = 0;  // probability left of, in, right of the region
  Interval interval = {};                   // central, holds `level` of the probability
};

/// Posterior of the mean difference under the prior of Corani, Benavoli (2015), "A Bayesian
/// approach for comparing cross-validated algorithms on multiple data sets", section 3; region of
/// practical equivalence after Benavoli, Corani, Demšar, Zaffalon (2017), "Time for a change",
/// section 4.1. `correlation`: 1/k for k folds. These are probabilities about the difference, not
/// error rates of a test. Needs 0 ≤ correlation < 1. Refused as the paired t-test is.
Answer<CorrelatedPosterior> correlated_posterior(const Differences& folds, double correlation,
                                                 Margin region, double level = 0.95);

}  // namespace winnow::stats
