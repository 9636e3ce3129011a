#include "orchestrator/process/beneath.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/process/system_error.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

namespace fs = std::filesystem;

constexpr mode_t private_folder = 0700;

enum class Missing { refused, made };

store::OwnedFd walk(const fs::path& root, const fs::path& folder, Missing missing) {
  store::OwnedFd at(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!at.is_open()) throw_system_error(fmt::format("open {}", root.string()));
  fs::path reached = root;
  for (const fs::path& step : folder.lexically_normal().lexically_relative(root)) {
    if (step == "." || step.empty()) continue;
    expect(step != "..", "the folder is below the root");
    reached /= step;
    const bool must_make = missing == Missing::made;
    if (must_make && ::mkdirat(at.value(), step.c_str(), private_folder) != 0 && errno != EEXIST) {
      throw_system_error(fmt::format("make the folder {}", reached.string()));
    }
    constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    store::OwnedFd next(::openat(at.value(), step.c_str(), flags));
    if (!next.is_open()) {
      throw_system_error(
          fmt::format("open the folder {} (no link is followed there)", reached.string()));
    }
    at = std::move(next);
  }
  return at;
}

}  // namespace

store::OwnedFd open_beneath(const fs::path& root, const fs::path& folder) {
  return walk(root, folder, Missing::refused);
}

store::OwnedFd make_beneath(const fs::path& root, const fs::path& folder) {
  make_folders(root);
  return walk(root, folder, Missing::made);
}

fs::path study_of(const fs::path& attempt_folder) {
  const fs::path trials = attempt_folder.parent_path().parent_path();
  return trials.filename() == "trials" ? trials.parent_path() : attempt_folder;
}

}  // namespace winnow::run
