// The past of a study, told again to a new searcher: everything it and the limits know. On the way
// the newest proposals on record are worked out anew. They must be the same: a searcher is a
// function of what it was told. When they are not, its code has changed since (another version of
// winnow, or of a library), and from there on the search is another one.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/config/study_config.hpp"
#include "orchestrator/search_history.hpp"
#include "searchers/searcher.hpp"
#include "storage/store.hpp"

namespace winnow::run {

/// A proposal that does not follow from its history any more.
struct ChangedProposal {
  TrialNumber trial;
  std::string stored;      // the point on record, as text
  std::string recomputed;  // what the searcher proposes now; "nothing"
  /// "trial 17 was proposed as …, …"
  std::string text() const;
};

/// Tells `searcher` and `history` all outcomes in their order. Returns those of the newest
/// proposals that differ, by number. Needs: both are new.
std::vector<ChangedProposal> replay(const store::Store& store, const StudyConfig& config,
                                    SearchHistory& history, search::Searcher& searcher);

}  // namespace winnow::run
