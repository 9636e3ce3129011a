#include "orchestrator/program_path.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace winnow::run {
namespace {

bool is_executable_file(const std::filesystem::path& path) {
  std::error_code ignored;  // what cannot be looked at is not a program for us
  return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

std::optional<std::filesystem::path> if_executable(const std::filesystem::path& path) {
  return is_executable_file(path) ? std::optional(path) : std::nullopt;
}

/// What the kernel looks at (execve(2): a script's first line may have 255 bytes); nothing when we
/// may not look: a program may be executable only.
std::optional<std::string> start_of(const std::filesystem::path& program) {
  constexpr std::size_t longest = 256;
  std::string start(longest, '\0');
  std::ifstream file(program, std::ios::binary);
  if (!file) return std::nullopt;
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(file.gcount()));
  return start;
}

/// The program that `env` is asked for by what follows it in a script's first line: one argument,
/// which env takes apart only after -S. Nothing when it is asked for no more than one program.
std::optional<std::string> program_of_env(std::string_view rest) {
  constexpr std::string_view blanks = " \t";
  const std::size_t begin = rest.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return std::nullopt;
  std::string_view argument = rest.substr(begin, rest.find_last_not_of(blanks) + 1 - begin);
  const bool is_taken_apart = argument.starts_with("-S");
  if (!is_taken_apart) {
    return argument.starts_with('-') ? std::nullopt : std::optional(std::string(argument));
  }
  std::istringstream words{std::string(argument.substr(2))};
  std::string word;
  while (words >> word && word.find('=') != std::string::npos) continue;  // NAME=VALUE
  const bool is_name = !word.empty() && !word.starts_with('-');
  return is_name ? std::optional(word) : std::nullopt;
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
  const std::optional<std::string> start = start_of(program);
  if (!start || !start->starts_with("#!")) return std::nullopt;
  const std::string line = start->substr(2, start->find('\n') - 2);
  // Program or option, nobody knows it with the \r of a file from Windows.
  if (line.ends_with('\r')) return line;
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string::npos) return std::nullopt;  // the kernel has words for that
  const std::size_t end = std::min(line.find_first_of(" \t", begin), line.size());
  const std::string interpreter = line.substr(begin, end - begin);
  if (!is_executable_file(interpreter)) return interpreter;
  if (std::filesystem::path(interpreter).filename() != "env") return std::nullopt;
  const std::optional<std::string> name = program_of_env(line.substr(end));
  return !name || find_program(*name, "/") ? std::nullopt : std::optional(line.substr(begin));
}

bool is_mere_text(const std::filesystem::path& program) {
  const std::optional<std::string> start = start_of(program);
  // Every format of programs has a zero byte in its header.
  return start && !start->starts_with("#!") && start->find('\0') == std::string::npos;
}

}  // namespace winnow::run
