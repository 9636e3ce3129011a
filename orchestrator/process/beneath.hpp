// Folders of a study, opened without following a link below the study: a trial may put one in the
// place of any of them while the study runs, and nothing must be made, written or deleted where it
// leads. Each step is taken from the folder that was opened before, so that no swap comes between.
#pragma once

#include <filesystem>

#include "storage/owned_fd.hpp"

namespace winnow::run {

/// `folder`, which is `root` or below it. Links on the way to `root` are the user's own and are
/// followed. Throws SystemError: what is missing, is a link or no folder.
store::OwnedFd open_beneath(const std::filesystem::path& root, const std::filesystem::path& folder);

/// The same, making what is missing, mode 0700, `root` included.
store::OwnedFd make_beneath(const std::filesystem::path& root, const std::filesystem::path& folder);

/// The study whose attempt has this folder, by its usual name; else the folder itself.
std::filesystem::path study_of(const std::filesystem::path& attempt_folder);

}  // namespace winnow::run
