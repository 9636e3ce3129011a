#include "orchestrator/random_token.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <array>
#include <cstdint>

#include "orchestrator/process/system_error.hpp"

namespace winnow::run {

std::string random_token() {
  std::array<std::uint64_t, 2> words{};
  if (::getrandom(words.data(), sizeof words, 0) != static_cast<ssize_t>(sizeof words)) {
    throw_system_error("get random bytes");
  }
  return fmt::format("{:016x}{:016x}", words[0], words[1]);
}

}  // namespace winnow::run
