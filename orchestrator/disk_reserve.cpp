#include "orchestrator/disk_reserve.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <system_error>

#include "storage/owned_fd.hpp"

namespace winnow::run {
namespace {

// The reliability note's figure: ten times what emptying the store's log can take (4 MiB of log,
// which a checkpoint may write once more into the file), for the trials' own last words.
constexpr off_t reserve_bytes = 64 * 1024 * 1024;

}  // namespace

DiskReserve::DiskReserve(std::filesystem::path file) : file_(std::move(file)) {
  const store::OwnedFd fd(::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  // Unlike ftruncate() this takes the blocks; its result is the error.
  const int error = fd.is_open() ? ::posix_fallocate(fd.value(), 0, reserve_bytes) : errno;
  if (error == 0) return;
  problem_ = fmt::format("no reserve of {} MiB in {}: {}", reserve_bytes / (1024 * 1024),
                         file_.parent_path().string(), std::generic_category().message(error));
  release();
}

void DiskReserve::release() { ::unlink(file_.c_str()); }

}  // namespace winnow::run
