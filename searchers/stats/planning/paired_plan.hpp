// How many seeds does a comparison of two arms need? For the tests of paired differences, with the
// level shared among the comparisons that are planned, and a refusal where no result could be
// significant.
#pragma once

#include <cstdint>

#include "searchers/stats/answer.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::stats {

enum class PairedTest { t, sign_flip, signed_rank };

struct PairedPlan {
  PairedTest test = PairedTest::sign_flip;
  /// The mean difference worth finding, in standard deviations of the differences.
  double effect = 1;
  double alpha = 0.05;
  std::int64_t comparisons =
      1;  // that share alpha, as Holm's correction does for the first rejection
  Tail tail = Tail::two_sided;
};

struct PairedPower {
  double power = 0;
  Method method = Method::exact;
  double standard_error = 0;  // of a simulated power
};

/// With n pairs of normal differences. t: exact. Sign-flip: simulated up to 20 pairs with the exact
/// test, from 21 on the t-test's, from which it differs by less than the simulation then sees.
/// Signed ranks: simulated up to 30 pairs; beyond, the t-test's at 3 n / π pairs, the tests'
/// relative efficiency (Hodges, Lehmann 1956). Refused where n pairs cannot reach the level.
Answer<PairedPower> paired_power(const PairedPlan& plan, std::int64_t n,
                                 const Sampling& studies = {.resamples = 10'000, .seed = 0});

/// The smallest number of pairs that can reach the level at all and has the power. Refused for an
/// effect of 0 in the tail's direction, or when a million pairs are not enough.
Answer<std::int64_t> pairs_needed(const PairedPlan& plan, double power,
                                  const Sampling& studies = {.resamples = 10'000, .seed = 0});

}  // namespace winnow::stats
