#include "trainer/weights/durable_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

/// A new file that removes itself unless it was kept.
class NewFile {
 public:
  explicit NewFile(std::string path) : path_(std::move(path)) {
    number_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (number_ < 0) throw FileError("create", path_, errno);
  }
  ~NewFile() {
    if (number_ >= 0) ::close(number_);
    if (!kept_) ::unlink(path_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void append(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(number_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) throw FileError("write", path_, errno);
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
  }

  void keep_as(const std::string& path) {
    if (::fsync(number_) != 0) throw FileError("sync", path_, errno);
    if (::close(std::exchange(number_, -1)) != 0) throw FileError("close", path_, errno);
    if (::rename(path_.c_str(), path.c_str()) != 0) throw FileError("rename to", path, errno);
    kept_ = true;
  }

 private:
  std::string path_;
  int number_ = -1;
  bool kept_ = false;
};

}  // namespace

void write_durably(const std::filesystem::path& path,
                   std::span<const std::span<const std::byte>> pieces) {
  // The process id keeps writers of one file apart; the last to rename wins, with a whole file.
  NewFile file(path.string() + ".new-" + std::to_string(::getpid()));
  for (const std::span<const std::byte> piece : pieces) file.append(piece);
  file.keep_as(path.string());
  sync_folder(path.has_parent_path() ? path.parent_path() : ".");
}

void write_durably(const std::filesystem::path& path, std::string_view text) {
  const std::array pieces = {std::as_bytes(std::span(text))};
  write_durably(path, pieces);
}

void sync_folder(const std::filesystem::path& folder) {
  const int number = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (number < 0) throw FileError("open folder", folder.string(), errno);
  const int failure = ::fsync(number) == 0 ? 0 : errno;
  ::close(number);
  if (failure != 0) throw FileError("sync folder", folder.string(), failure);
}

}  // namespace winnow::train
