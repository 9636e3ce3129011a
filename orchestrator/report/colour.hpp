// Colour for people at a terminal: what is wrong, what is proven, what needs another look. Programs
// and files get the words alone.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace winnow::run {

enum class Colour { bad, good, doubtful, strong };

/// What `--color` said, for the whole process: "auto" (also when it was not given), "always" or
/// "never". ConfigError for any other word.
void choose_colour(const std::optional<std::string>& word);

/// Automatic: `out` is a terminal that is not dumb, and NO_COLOR is unset or empty (no-color.org).
bool shows_colour(std::FILE* out);

/// `text`, which is to be written to `out`, in that colour or as it is.
std::string painted(std::string_view text, Colour colour, std::FILE* out);

}  // namespace winnow::run
