// The manifest of a checkpoint: each of its files with size and XXH3-128, written last. A folder
// whose manifest agrees with its files is whole; any other is damaged or was never finished. Needs
// no libtorch, so that the orchestrator can tell the two apart before it starts a trainer.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace winnow::protocol {

inline constexpr const char* manifest_name = "manifest.json";

/// The text of a manifest for the regular files that lie in `folder` now (none of them the manifest
/// itself). Throws std::runtime_error when one cannot be read.
std::string manifest_text(const std::filesystem::path& folder);

/// What is wrong with a folder, as a sentence with the file's name; nothing: every file is there
/// with the size and content that the manifest says. Never throws.
std::optional<std::string> verify_manifest(const std::filesystem::path& folder);

}  // namespace winnow::protocol
