#include "orchestrator/log_words.hpp"

#include <fstream>

namespace winnow::run {

std::string log_tail(const std::filesystem::path& log) {
  constexpr std::int64_t tail_bytes = 64 * 1024;
  std::ifstream file(log, std::ios::binary | std::ios::ate);
  const std::int64_t size = file ? static_cast<std::int64_t>(file.tellg()) : 0;
  std::string tail(static_cast<std::size_t>(std::min(size, tail_bytes)), '\0');
  file.seekg(std::max<std::int64_t>(0, size - tail_bytes));
  file.read(tail.data(), static_cast<std::streamsize>(tail.size()));
  tail.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
  return tail;
}

}  // namespace winnow::run
