// Text of others made safe for a terminal: a name or a log line may hold escape sequences, line
// breaks or broken UTF-8, and must neither move the cursor nor fake a line of ours.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::run {

/// One text per character of `text`: the character itself, or an escape such as "\x1b" for a
/// control character, "\xff" for a byte that is no UTF-8; a tab is one space.
std::vector<std::string> terminal_cells(std::string_view text);

/// All cells together.
std::string terminal_text(std::string_view text);

/// Columns that a text without control characters takes: its characters (wide ones count one).
std::size_t terminal_width(std::string_view text);

/// The text as one line of at most `columns` columns, ending in "…" where it was cut. Characters
/// beyond ASCII count two columns, which some of them take.
std::string terminal_line(std::string_view text, std::size_t columns);

/// Length in bytes of the well-formed UTF-8 character at the start of `text`; 0 when there is none.
std::size_t utf8_length(std::string_view text);

/// Columns of the terminal behind standard output; `fallback` when it is none.
std::size_t terminal_columns(std::size_t fallback);

}  // namespace winnow::run
