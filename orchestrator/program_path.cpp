#include "orchestrator/program_path.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>

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

std::optional<std::string> missing_interpreter(const std::filesystem::path& program) {
  constexpr std::size_t longest = 256;  // what the kernel reads of a script (execve(2))
  std::string start(longest, '\0');
  std::ifstream file(program, std::ios::binary);
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(file.gcount()));
  if (!start.starts_with("#!")) return std::nullopt;
  const std::string line = start.substr(2, start.find('\n') - 2);
  // Program or option, nobody knows it with the \r of a file from Windows.
  if (line.ends_with('\r')) return line;
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string::npos) return std::nullopt;  // the kernel has words for that
  const std::string interpreter = line.substr(begin, line.find_first_of(" \t", begin) - begin);
  return is_executable_file(interpreter) ? std::nullopt : std::optional(interpreter);
}

}  // namespace winnow::run
