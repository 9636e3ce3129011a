// A fresh folder that lives as long as the object, under TMPDIR or /tmp.
#pragma once

#include <filesystem>

namespace winnow::tests {

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::filesystem::path& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// From here on the folders of a test case that fails are kept (Testing/kept in the build folder).
void keep_folders_of_failed_test();
enum class Assertions { all_held, one_failed };
/// Of the test case that runs now, so far.
void note_assertions(Assertions so_far);

/// The whole text of a file. Throws std::runtime_error when it cannot be read.
std::string read_text(const std::filesystem::path& file);
void write_text(const std::filesystem::path& file, const std::string& text);

}  // namespace winnow::tests
