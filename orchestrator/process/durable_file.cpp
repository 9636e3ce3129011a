#include "orchestrator/process/durable_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "orchestrator/process/system_error.hpp"

namespace winnow::run {
namespace {

constexpr mode_t private_file = 0600;  // logs and parameters may hold secrets
constexpr mode_t private_folder = 0700;

// A pipe in the place of a file must not keep us waiting for its other end; files never wait.
constexpr int at_once = O_NONBLOCK | O_CLOEXEC;

void write_text(const store::OwnedFd& fd, const std::filesystem::path& file,
                std::string_view text) {
  if (!fd.is_open()) throw_system_error(fmt::format("create {}", file.string()));
  while (!text.empty()) {
    const ssize_t written = ::write(fd.value(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_system_error(fmt::format("write {}", file.string()));
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void make_folders(const std::filesystem::path& folder) {
  if (folder.empty() || ::mkdir(folder.c_str(), private_folder) == 0) return;
  if (errno == ENOENT) {
    make_folders(folder.parent_path());
    if (::mkdir(folder.c_str(), private_folder) == 0) return;
  }
  if (errno == EEXIST && std::filesystem::is_directory(folder)) return;
  throw_system_error(fmt::format("make the folder {}", folder.string()));
}

void write_file(const std::filesystem::path& file, std::string_view text) {
  constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC | at_once;
  write_text(store::OwnedFd(::open(file.c_str(), flags, private_file)), file, text);
}

void write_file_in(int folder, const std::filesystem::path& file, std::string_view text) {
  constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | at_once;
  const std::string name = file.filename().string();
  write_text(store::OwnedFd(::openat(folder, name.c_str(), flags, private_file)), file, text);
}

std::optional<std::string> read_file_if_present(const std::filesystem::path& file) {
  const store::OwnedFd fd(::open(file.c_str(), O_RDONLY | at_once));
  if (!fd.is_open() && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  if (!fd.is_open()) throw_system_error(fmt::format("open {}", file.string()));
  std::string text;
  char block[8192];
  while (true) {
    const ssize_t got = ::read(fd.value(), block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_system_error(fmt::format("read {}", file.string()));
    if (got == 0) return text;
    text.append(block, static_cast<std::size_t>(got));
  }
}

store::OwnedFd open_for_append(const std::filesystem::path& file) {
  constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | at_once;
  store::OwnedFd fd(::open(file.c_str(), flags, private_file));
  if (!fd.is_open()) throw_system_error(fmt::format("open {} for appending", file.string()));
  return fd;
}

store::OwnedFd open_for_append_in(int folder, const std::filesystem::path& file) {
  constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | at_once;
  store::OwnedFd fd(::openat(folder, file.filename().c_str(), flags, private_file));
  if (!fd.is_open()) throw_system_error(fmt::format("open {} for appending", file.string()));
  return fd;
}

}  // namespace winnow::run
