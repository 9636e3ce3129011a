// A new store from what can still be read of a damaged one and from the trials' own files. Rows
// come from the damaged store where they can be read; a trial's point, its reports and its end
// stand in its folder as well. What is put together goes through the store's own verbs, so that the
// result holds what every store holds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "orchestrator/study_folder.hpp"

namespace winnow::run {

struct Rescue {
  std::int64_t trials = 0;
  std::int64_t completed = 0;
  std::vector<std::string> notes;  // what was put together from files, and what was lost
};

/// Makes `target`, which must not exist. The damaged store and the trials' files are only read.
/// Needs the study lock. Throws StoreError when the row of the study itself cannot be read, or when
/// of some trial neither a row nor a file is left; then nothing is made.
Rescue rescue_store(const StudyFolder& folder, const std::filesystem::path& target);

}  // namespace winnow::run
