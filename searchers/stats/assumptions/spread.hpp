// Do several groups vary equally? A check of what analysis of variance assumes; a test that does
// not reject is no proof, and Welch's procedures do without the assumption.
#pragma once

#include "searchers/stats/groups/anova.hpp"

namespace winnow::stats {

/// What distances are taken from.
enum class GroupCentre {
  median,  // robust against skewed values: Brown, Forsythe (1974), "Robust tests for the equality
           // of variances"
  mean,    // Levene (1960), "Robust tests for equality of variances"
};

/// Analysis of variance of the distances from each group's centre. Approximate. Refused for an
/// empty group, and where no group's distances vary (constant groups, or pairs of values only).
Answer<TestResult> equal_spread(Groups groups, GroupCentre centre = GroupCentre::median);

}  // namespace winnow::stats
