// Small files and folders as the orchestrator needs them. All throw SystemError naming the path.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "storage/owned_fd.hpp"

namespace winnow::run {

/// Makes the folder and its missing parents, mode 0700.
void make_folders(const std::filesystem::path& folder);

/// Creates or replaces `file` with `text`, mode 0600. Not synced: for files that are written again
/// before anyone relies on them.
void write_file(const std::filesystem::path& file, std::string_view text);
/// The same in an open folder, whatever has become of its path; a link in the file's place is
/// refused.
void write_file_in(int folder, const std::filesystem::path& file, std::string_view text);

/// The whole text, or nothing when there is no such file.
std::optional<std::string> read_file_if_present(const std::filesystem::path& file);

/// Opens for appending, creating it with mode 0600; close-on-exec.
store::OwnedFd open_for_append(const std::filesystem::path& file);
/// The same in an open folder; a link in the file's place is refused.
store::OwnedFd open_for_append_in(int folder, const std::filesystem::path& file);

}  // namespace winnow::run
