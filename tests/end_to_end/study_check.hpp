// What must hold of a study on disk, beyond what storage/verify asks of the store alone: that the
// proposals follow from the history, that results follow from reports, and that whoever is said to
// run does.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "orchestrator/process/process_table.hpp"
#include "storage/store.hpp"

namespace winnow::tests {

/// Living processes that hold a token of this study; keepers do not.
std::vector<run::TokenHolder> holders_of(const store::Store& store);

/// Every violated invariant of a study that nobody runs at the moment, one sentence each; an
/// orchestrator may have been killed at any moment before.
std::vector<std::string> violations_at_rest(const store::Store& store,
                                            const std::filesystem::path& study_folder,
                                            std::int64_t max_trials);

/// Recovers as the next session would, then every violated invariant. Attempts that recovery
/// believes to live must not have been over before.
std::vector<std::string> violations_after_recovery(const std::filesystem::path& study_folder,
                                                   std::int64_t max_trials, int slots);

}  // namespace winnow::tests
