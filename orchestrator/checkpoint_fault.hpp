// Can a checkpoint folder be exported, or gone on from?
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

/// Why a trial cannot go on from it: as above, or because the best checkpoint so far, without which
/// the embedded trainer cannot go on either, is not whole any more.
std::optional<std::string> resume_fault(const std::filesystem::path& folder,
                                        const std::filesystem::path& root);

}  // namespace winnow::run
