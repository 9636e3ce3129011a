// Can a checkpoint folder be gone on from, or exported? The one answer for both.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace winnow::run {

/// Why not, in words; nothing when it can. `root`: the trial's checkpoint folder, which `folder`
/// must not lead out of. One with a manifest must agree with it; one without is taken as it is:
/// programs that know no manifest report a checkpoint after they have written it.
std::optional<std::string> checkpoint_fault(const std::filesystem::path& folder,
                                            const std::filesystem::path& root);

}  // namespace winnow::run
