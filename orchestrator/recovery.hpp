// The first thing every session does: settle what an earlier one left behind. Living attempts are
// to be adopted; ended ones are read to their end and judged; what never ran is forgotten.
// Idempotent: killed anywhere in between, the next session finishes the job.
#pragma once

#include <vector>

#include "orchestrator/attempt.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/early_stopping.hpp"
#include "orchestrator/slots.hpp"
#include "orchestrator/study_folder.hpp"
#include "storage/store.hpp"

namespace winnow::run {

/// What to do with attempts that are still alive: take them over, or end them (TERM, after the
/// grace KILL) and start the trial's next attempt from its checkpoint. Being ended by us never
/// counts against the retries.
enum class Living { adopt, end };

struct Recovered {
  std::vector<store::AttemptRow> adopted;  // alive; each holds its slot
  std::int64_t settled = 0;                // attempts found ended
  int strays_killed = 0;                   // processes that belonged to no running attempt
};

/// What an attempt whose keeper is gone has left, for judge(): exit record, log, and reports from
/// the committed offset to their end. A mistake of ours in reading them is part of the answer.
AttemptEnd what_is_left(const StudyFolder& folder, const store::AttemptRow& row,
                        const std::vector<LogPolicy>& policies);

/// `slots`: those of this session, by index. A living attempt is adopted only into a slot that is
/// still there with the same devices, and only if nobody told it to stop; otherwise it is ended as
/// well. May take as long as the grace.
Recovered recover(store::Store& store, const StudyConfig& config, EarlyStopping& early_stopping,
                  const StudyFolder& folder, const std::vector<Slot>& slots, Living living);

}  // namespace winnow::run
