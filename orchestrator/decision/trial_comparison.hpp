// Some trials of a study held against each other: side by side, and tested where their settings ran
// under the same fresh seeds.
#pragma once

#include <vector>

#include "orchestrator/report/comparison.hpp"
#include "searchers/problem/study.hpp"

namespace winnow::run {

/// `trials`: all of the study; `chosen`: numbers of those to compare. Pairs are tested where both
/// settings took part in the selection's race. Throws ConfigError: fewer than two, one twice, or
/// one that the study does not have.
TrialComparison compare_trials(const StudySpec& study, const std::vector<store::TrialRow>& trials,
                               const std::vector<TrialNumber>& chosen);

}  // namespace winnow::run
