#include "orchestrator/report/colour.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

enum class Use { automatic, always, never };

// One for the process, as its terminal is.
Use chosen_use = Use::automatic;

/// Select Graphic Rendition (ECMA-48, 8.3.117): bold with red, green or yellow, or alone.
constexpr std::array<std::string_view, 4> codes = {"1;31", "1;32", "1;33", "1"};

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

}  // namespace

void choose_colour(const std::optional<std::string>& word) {
  if (!word || *word == "auto") {
    chosen_use = Use::automatic;
  } else if (*word == "always") {
    chosen_use = Use::always;
  } else if (*word == "never") {
    chosen_use = Use::never;
  } else {
    throw ConfigError("--color",
                      fmt::format("needs auto, always or never; found {}", terminal_text(*word)));
  }
}

bool shows_colour(std::FILE* out) {
  if (chosen_use != Use::automatic) return chosen_use == Use::always;
  const std::string_view terminal = variable("TERM");
  return variable("NO_COLOR").empty() && !terminal.empty() && terminal != "dumb" &&
         ::isatty(::fileno(out)) == 1;
}

std::string painted(std::string_view text, Colour colour, std::FILE* out) {
  if (!shows_colour(out)) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<std::size_t>(colour)], text);
}

}  // namespace winnow::run
