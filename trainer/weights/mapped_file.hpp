// A whole file mapped read-only. Pages are read on first use and shared between processes. The file
// must not be cut short while it is mapped: files that we write are replaced by renaming, never
// rewritten.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace winnow::train {

class MappedFile {
 public:
  /// Throws ConfigError when there is no such regular file, FileError when the system refuses.
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return bytes_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::span<const std::byte> bytes_;  // empty for an empty file, which is not mapped
};

}  // namespace winnow::train
