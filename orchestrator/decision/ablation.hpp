// Which of the changes from one setting to another brought the improvement? A path on which one
// parameter is exchanged at a time, by a model of the scores instead of new trials.
#pragma once

#include "orchestrator/decision/score_model.hpp"
#include "orchestrator/report/analysis_summary.hpp"

namespace winnow::run {

/// Each time the exchange with the best prediction, ties by the order of the space. What becomes
/// active by an exchange takes its value from `target` with it. Fawcett, Hoos (2016), "Analysing
/// differences between algorithm configurations through ablation"; with a model: Biedenkapp et al.
/// (2017), "Efficient parameter importance analysis via ablation with surrogates".
std::vector<AblationStep> ablation_path(const ScoreModel& model, const Point& source,
                                        const Point& target);

}  // namespace winnow::run
