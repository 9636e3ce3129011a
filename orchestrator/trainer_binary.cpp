#include "orchestrator/trainer_binary.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "orchestrator/process/system_error.hpp"

namespace winnow::run {

std::filesystem::path trainer_path() {
  const char* given = std::getenv("WINNOW_TRAINER");
  const std::filesystem::path path =
      given != nullptr && *given != '\0'
          ? std::filesystem::absolute(given)
          : std::filesystem::read_symlink("/proc/self/exe").parent_path() / "winnow-trainer";
  if (::access(path.c_str(), X_OK) != 0) {
    throw SystemError(errno, fmt::format("run the trainer {} (`./bootstrap build` makes it; "
                                         "WINNOW_TRAINER names another)",
                                         path.string()));
  }
  return path;
}

}  // namespace winnow::run
