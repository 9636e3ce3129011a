// The decision of a study with several objectives: members of its front run again under fresh
// seeds, and what they come to there says who belongs to the front and which one to take. Nobody
// leaves early: a race drops what is worse, and of a front nothing is, in every objective.
#pragma once

#include "orchestrator/decision/decision.hpp"
#include "orchestrator/decision/finalists.hpp"

namespace winnow::run {

/// The record of decide(), in which also stand: "objectives": [{"metric","improvement","interval",
/// "p","p_corrected"}] of the chosen setting over the baseline, "front": {"hypervolume",
/// "hypervolume_interval","search_hypervolume","reference","members","knee_arm","weighted_arm",
/// "chosen_by"}, and in every arm "means", "sds", "on_front", "membership", "attained",
/// "attained_interval", "knee_share". Needs: a selection, several objectives, its trials have
/// ended.
Decision decide_front(const StudySpec& study, const std::vector<store::TrialRow>& trials);

}  // namespace winnow::run
