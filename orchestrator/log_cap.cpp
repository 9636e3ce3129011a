#include "orchestrator/log_cap.hpp"

#include <fcntl.h>
#include <linux/falloc.h>
#include <sys/stat.h>

#include "storage/owned_fd.hpp"

namespace winnow::run {
namespace {

// fstat(2): st_blocks counts these, whatever the file system's own blocks are.
constexpr std::int64_t block_bytes = 512;

}  // namespace

bool cap_log(const std::filesystem::path& log, const LogCap& cap) {
  const store::OwnedFd fd(::open(log.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat facts {};
  if (!fd.is_open() || ::fstat(fd.value(), &facts) != 0) return true;
  if (std::int64_t{facts.st_blocks} * block_bytes <= cap.most_bytes) return true;
  const std::int64_t hole_bytes = facts.st_size - 2 * cap.kept_bytes;
  if (hole_bytes <= 0) return true;
  return ::fallocate(fd.value(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, cap.kept_bytes,
                     hole_bytes) == 0;
}

}  // namespace winnow::run
