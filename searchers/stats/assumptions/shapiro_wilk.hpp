// Are the values normal? A check of what t-tests and analysis of variance assume. With few values
// it sees only gross departures, with thousands it sees ones that do no harm: look at the plot as
// well.
#pragma once

#include "searchers/stats/result.hpp"
#include "searchers/stats/sample.hpp"

namespace winnow::stats {

/// Shapiro, Wilk (1965), "An analysis of variance test for normality", with the weights and
/// p-values of Royston (1995), "Remark AS R94", fitted for 3 to 5000 values; more are refused, as
/// are fewer and constant ones. The statistic W is near 1 for normal values.
Answer<TestResult> shapiro_wilk(Values values);

}  // namespace winnow::stats
