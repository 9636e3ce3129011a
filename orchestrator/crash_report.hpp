// What a session leaves behind that ends by a mistake of winnow's own: what went wrong, and what it
// had done last, for whoever has to find the mistake.
#pragma once

#include <exception>
#include <filesystem>
#include <optional>

#include "orchestrator/study_folder.hpp"
#include "storage/store.hpp"

namespace winnow::run {

/// Neither the world's fault nor the user's: nothing that a message could tell them to change.
bool is_our_mistake(const std::exception& error);

/// Writes STUDY/crash-PID.txt, or of a mistake that cost one `trial` only crash-PID-trial-N.txt;
/// nothing when even that cannot be done.
std::optional<std::filesystem::path> write_crash_report(
    const StudyFolder& folder, const store::Store& store, const std::exception& error,
    const std::optional<TrialNumber>& trial = std::nullopt);

}  // namespace winnow::run
