#include "orchestrator/program_path.hpp"

#include <unistd.h>

#include <cstdlib>

namespace winnow::run {
namespace {

bool is_executable_file(const std::filesystem::path& path) {
  std::error_code ignored;  // what cannot be looked at is not a program for us
  return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

std::optional<std::filesystem::path> if_executable(const std::filesystem::path& path) {
  return is_executable_file(path) ? std::optional(path) : std::nullopt;
}

}  // namespace

std::optional<std::filesystem::path> find_program(const std::string& name,
                                                  const std::filesystem::path& folder) {
  if (name.find('/') != std::string::npos) return if_executable((folder / name).lexically_normal());
  const char* variable = std::getenv("PATH");
  const std::string list = variable != nullptr ? variable : "/usr/local/bin:/usr/bin:/bin";
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(':', at), list.size());
    const std::filesystem::path place(list.substr(at, end - at));
    if (const auto found = end > at ? if_executable(place / name) : std::nullopt) return found;
    at = end + 1;
  }
  return std::nullopt;
}

}  // namespace winnow::run
