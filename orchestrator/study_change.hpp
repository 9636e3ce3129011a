// A study that has begun and is to go on with other settings: what may change, what may not, and
// the record of it. Limits, description and which checkpoints are kept may. Anything else would
// make the trials so far something that the study did not ask for; `winnow fork` begins another
// study with what they have shown.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/config/study_config.hpp"
#include "orchestrator/study_folder.hpp"
#include "storage/store.hpp"

namespace winnow::run {

/// One setting that differs, by its path in the normalised form. null: it is not set.
struct Difference {
  std::string setting;  // "limits.max_trials"
  nlohmann::ordered_json before, after;
  bool operator==(const Difference&) const = default;
};

/// "limits.max_trials: 50 → 200"
std::string to_text(const Difference& difference);

/// In the order of the normalised form. Lists are compared whole. The lag of a strict study that
/// follows max_concurrent is none: it stays what it was.
std::vector<Difference> differences(const StudyConfig& before, const StudyConfig& after);

bool may_change(const Difference& difference);

/// Are there fresh trials of finalists? Their search is not gone on with: limits of the search come
/// too late then, and so do points of the user.
bool selection_has_begun(const store::Store& store);
constexpr std::string_view search_is_over = "its search is over and the selection has begun";

/// The study with the differences in place; what its method plans for stays as it was. Needs: all
/// of them may change.
StudyConfig with_differences(const StudyConfig& config, const std::vector<Difference>& differences);

/// The study with settings KEY=VALUE laid over it, on record; a setting of `limits` may be given by
/// its name alone. Throws ConfigError for what may not change, and StoreError.
StudyConfig change_settings(store::Store& store, const StudyConfig& config,
                            std::vector<std::string> settings);

/// The study as its file has it now, on record: `config` itself when the file is gone or is that of
/// another study by now. `notes`: what there is to say about it. Throws StudyFileError with the
/// differences when one of them may not be, or when the file is wrong now.
StudyConfig follow_study_file(store::Store& store, const StudyConfig& config,
                              const StudyFolder& folder, std::vector<std::string>& notes);

}  // namespace winnow::run
