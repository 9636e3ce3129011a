#include "orchestrator/report/terminal_text.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace winnow::run {
namespace {

// Control characters of the first two blocks, and those that reorder text (Unicode TR 36,
// section 3.6, "bidirectional text spoofing").
bool is_invisible(std::uint32_t character) {
  return character < 0x20 || (character >= 0x7f && character < 0xa0) ||
         (character >= 0x200e && character <= 0x200f) ||
         (character >= 0x2028 && character <= 0x202e) ||
         (character >= 0x2066 && character <= 0x2069) || character == 0xfeff;
}

std::uint32_t decode(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  // The leading byte keeps 7, 5, 4 or 3 bits (RFC 3629, section 3).
  constexpr std::uint32_t leading_mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  std::uint32_t code = byte(0) & leading_mask[character.size()];
  for (std::size_t i = 1; i < character.size(); ++i) code = code << 6 | (byte(i) & 0x3f);
  return code;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xc2 ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                                           : 4;
  if (length == 0 || lead > 0xf4 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 0;
  }
  const std::uint32_t code = decode(text.substr(0, length));
  // Overlong forms, surrogates and what lies beyond Unicode (RFC 3629, section 3).
  constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  return code < smallest[length] || surrogate || code > 0x10ffff ? 0 : length;
}

std::vector<std::string> terminal_cells(std::string_view text) {
  std::vector<std::string> cells;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    const std::uint32_t code =
        length == 0 ? static_cast<unsigned char>(text[0]) : decode(character);
    if (character == "\t") {
      cells.emplace_back(" ");
    } else if (length == 0 || (is_invisible(code) && code < 0x100)) {
      cells.push_back(fmt::format("\\x{:02x}", code));
    } else if (is_invisible(code)) {
      cells.push_back(fmt::format("\\u{:04x}", code));
    } else {
      cells.emplace_back(character);
    }
    text.remove_prefix(character.size());
  }
  return cells;
}

std::string terminal_text(std::string_view text) {
  std::string all;
  for (const std::string& cell : terminal_cells(text)) all += cell;
  return all;
}

std::size_t terminal_width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }));
}

std::string terminal_line(std::string_view text, std::size_t columns) {
  const auto columns_of = [](const std::string& cell) {
    return static_cast<unsigned char>(cell[0]) < 0x80 ? cell.size() : cell == "…" ? 1 : 2;
  };
  const std::vector<std::string> cells = terminal_cells(text);
  std::size_t needed = 0;
  for (const std::string& cell : cells) needed += columns_of(cell);
  std::string line;
  std::size_t left = columns;
  const std::size_t reserve = needed > columns ? 1 : 0;  // for the ellipsis
  for (const std::string& cell : cells) {
    if (columns_of(cell) + reserve > left) break;
    line += cell;
    left -= columns_of(cell);
  }
  return reserve > 0 && columns > 0 ? line + "…" : line;
}

std::size_t terminal_columns(std::size_t fallback) {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return fallback;
  return size.ws_col;
}

}  // namespace winnow::run
