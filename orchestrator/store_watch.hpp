// What may happen to a store's files while a study runs: somebody moves or removes them, or reads
// on for so long that the log cannot be emptied, or the disk fills up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "orchestrator/study_folder.hpp"
#include "storage/store.hpp"

namespace winnow::run {

/// Is the open store still the file under its name? If not, all that it holds is saved beside it
/// (study.db.saved, in place of an earlier one), and StoreError says so: what is written from now
/// on would be lost.
void require_in_place(const store::Store& store, const StudyFolder& folder);

/// A sentence when the log has grown beyond what a checkpoint leaves, because a reader holds on to
/// an old state; nothing otherwise.
std::optional<std::string> long_log(const StudyFolder& folder);

/// A sentence when the disk of the study is nearly full; nothing otherwise.
std::optional<std::string> low_space(const StudyFolder& folder);

/// The same for a disk of this size, in bytes.
bool is_low_space(std::uintmax_t available, std::uintmax_t capacity);

}  // namespace winnow::run
