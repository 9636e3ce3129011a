#include "orchestrator/config/diagnostic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

// What remains of a terminal of 80 columns beside the margin of the quoted line.
constexpr std::size_t quoted_characters = 72;

std::string_view line_of(std::string_view text, int line) {
  std::size_t begin = 0;
  for (int number = 1; number < line; ++number) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string_view::npos) return {};
    begin = end + 1;
  }
  std::string_view found = text.substr(begin, text.find('\n', begin) - begin);
  if (found.ends_with('\r')) found.remove_suffix(1);
  return found;
}

std::vector<Diagnostic> in_file_order(std::vector<Diagnostic> diagnostics) {
  std::ranges::stable_sort(diagnostics, [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.file, a.at.line, a.at.column) < std::tie(b.file, b.at.line, b.at.column);
  });
  if (diagnostics.size() > Diagnostics::most_faults) {
    const std::size_t rest = diagnostics.size() - Diagnostics::most_faults;
    diagnostics.resize(Diagnostics::most_faults);
    diagnostics.push_back({.at = {}, .code = "more", .message = fmt::format("and {} more", rest)});
  }
  return diagnostics;
}

}  // namespace

void Diagnostics::error(Position at, std::string_view code, std::string message) {
  errors_.push_back({at, std::string(code), std::move(message)});
}

void Diagnostics::error_in(std::string file, int line, std::string_view code, std::string message) {
  errors_.push_back({{line, 0}, std::string(code), std::move(message), std::move(file)});
}

void Diagnostics::warning(Position at, std::string_view code, std::string message) {
  warnings_.push_back({at, std::string(code), std::move(message)});
}

std::vector<Diagnostic> Diagnostics::errors() const { return in_file_order(errors_); }
std::vector<Diagnostic> Diagnostics::warnings() const { return in_file_order(warnings_); }

std::string place_of(const Diagnostic& diagnostic, std::string_view file) {
  const std::string_view name = diagnostic.file.empty() ? file : diagnostic.file;
  if (diagnostic.at.line == 0) return std::string(name);
  if (diagnostic.at.column == 0) return fmt::format("{}:{}", name, diagnostic.at.line);
  return fmt::format("{}:{}:{}", name, diagnostic.at.line, diagnostic.at.column);
}

std::string message_with_source(const Diagnostic& diagnostic, std::string_view text) {
  std::string message = fmt::format("{} [{}]", diagnostic.message, diagnostic.code);
  // What is said of a secret must not repeat it.
  const bool hides_line = diagnostic.code == "secret";
  if (diagnostic.at.line == 0 || !diagnostic.file.empty() || hides_line) return message;
  const std::vector<std::string> cells = terminal_cells(line_of(text, diagnostic.at.line));
  const std::size_t caret =
      std::min<std::size_t>(std::max(diagnostic.at.column - 1, 0), cells.size());
  // The caret stays visible: of a long line, what is more than half a window before it is cut.
  const bool is_long = cells.size() > quoted_characters;
  const std::size_t begin =
      is_long && caret > quoted_characters / 2 ? caret - quoted_characters / 2 : 0;
  const std::size_t end = std::min(cells.size(), begin + quoted_characters);
  std::string quoted = begin > 0 ? "…" : "";
  std::string margin = begin > 0 ? " " : "";
  for (std::size_t i = begin; i < end; ++i) {
    quoted += cells[i];
    if (i < caret) margin += std::string(terminal_width(cells[i]), ' ');
  }
  if (end < cells.size()) quoted += "…";
  if (quoted.empty()) return message;
  return fmt::format("{}\n    {}\n    {}^", message, quoted, margin);
}

}  // namespace winnow::run
