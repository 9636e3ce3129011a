// A trial's checkpoint as a folder for others: of the embedded trainer what Hugging Face's
// libraries load, with a card that says where the model comes from and what is proven of it; of any
// other program its own files.
#pragma once

#include <filesystem>
#include <string>

#include "orchestrator/export/new_folder.hpp"
#include "orchestrator/study_folder.hpp"
#include "storage/store.hpp"

namespace winnow::run {

/// The checkpoint that choose_checkpoint takes; what it passed over goes to standard error. Throws
/// SystemError: there is none that can be used.
std::filesystem::path checkpoint_to_export(const store::Store& store, const StudyFolder& folder,
                                           TrialNumber trial);

/// Writes the folder `target`, which must not exist; `work`: for files on the way. Throws
/// SystemError.
void write_model(const store::Store& store, const store::TrialRow& row,
                 const std::filesystem::path& checkpoint, const std::filesystem::path& target,
                 const std::filesystem::path& work);

bool is_trainer_study(const store::Store& store);

}  // namespace winnow::run
