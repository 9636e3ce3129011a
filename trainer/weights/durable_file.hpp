// Writes a file that is either wholly there or not at all: temporary name, sync, rename, sync the
// folder.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace winnow::train {

/// Replaces `path` by the pieces, one after the other. The temporary file lies beside it and is
/// removed when writing fails. Throws FileError.
void write_durably(const std::filesystem::path& path,
                   std::span<const std::span<const std::byte>> pieces);
void write_durably(const std::filesystem::path& path, std::string_view text);

/// Makes names created in or removed from a folder durable. Throws FileError.
void sync_folder(const std::filesystem::path& folder);

}  // namespace winnow::train
