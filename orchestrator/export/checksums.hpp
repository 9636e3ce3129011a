// SHA-256 sums of a folder in the form of sha256sum, so that whoever receives the folder can check
// it without us: `sha256sum --check SHA256SUMS`.
#pragma once

#include <filesystem>
#include <string>

namespace winnow::run {

inline constexpr const char* checksums_name = "SHA256SUMS";

/// 64 hexadecimal digits. Throws SystemError.
std::string sha256_of(const std::filesystem::path& file);

/// Writes SHA256SUMS over all regular files beneath `folder`, sorted by name. Throws SystemError,
/// also for a name with a line break, which the format cannot hold.
void write_checksums(const std::filesystem::path& folder);

/// Reads every file again. Throws SystemError naming the first that is missing or differs.
void verify_checksums(const std::filesystem::path& folder);

}  // namespace winnow::run
