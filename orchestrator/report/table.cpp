#include "orchestrator/report/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

constexpr std::size_t gap = 2;
// Cut shorter than this, names that begin alike are the same and numbers lose what they are about.
constexpr std::size_t narrowest = 10;

// Cells that are safe to print, each a list of characters.
using SafeCell = std::vector<std::string>;

std::size_t total(const std::vector<std::size_t>& widths) {
  if (widths.empty()) return 0;
  return std::accumulate(widths.begin(), widths.end(), gap * (widths.size() - 1));
}

std::string joined(SafeCell::const_iterator begin, SafeCell::const_iterator end) {
  return std::accumulate(begin, end, std::string());
}

// The cell in exactly `width` columns.
std::string fitted(const std::string& cell, std::size_t width, Table::Align align) {
  const SafeCell characters = terminal_cells(cell);
  std::string text = terminal_text(cell);
  std::size_t used = terminal_width(text);
  if (used > width) {
    // An escape such as \x1b is several columns: take whole ones while they fit beside the
    // ellipsis.
    auto end = characters.begin();
    used = 1;
    while (end != characters.end() && used + terminal_width(*end) <= width) {
      used += terminal_width(*end++);
    }
    text = joined(characters.begin(), end) + "…";
  }
  const std::string padding(width - used, ' ');
  return align == Table::Align::right ? padding + text : text + padding;
}

std::vector<std::size_t> natural_widths(const Table& table) {
  std::vector<std::size_t> widths;
  for (const Table::Column& column : table.columns) widths.push_back(terminal_width(column.title));
  for (const auto& row : table.rows) {
    expect(row.size() == widths.size(), "a row has as many cells as the table has columns");
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], terminal_width(terminal_text(row[i])));
    }
  }
  return widths;
}

// Takes from the widest column until all fit, then from the end of the list. Returns the widths of
// the columns that are left.
std::vector<std::size_t> squeezed(std::vector<std::size_t> widths, std::size_t width) {
  while (total(widths) > width) {
    const auto widest = std::ranges::max_element(widths);
    if (*widest > narrowest) {
      --*widest;
    } else if (widths.size() > 1) {
      widths.pop_back();
    } else {
      break;
    }
  }
  return widths;
}

std::string without_trailing_spaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::string as_text(const Table& table, std::size_t width) {
  const std::vector<std::size_t> widths = squeezed(natural_widths(table), width);
  const auto line = [&](const auto& cell_at) {
    std::string text;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (i > 0) text += std::string(gap, ' ');
      text += fitted(cell_at(i), widths[i], table.columns[i].align);
    }
    return without_trailing_spaces(std::move(text)) + "\n";
  };
  std::string text = line([&](std::size_t i) { return table.columns[i].title; });
  for (const auto& row : table.rows) text += line([&](std::size_t i) { return row[i]; });
  if (widths.size() < table.columns.size()) {
    text += fmt::format("({} columns do not fit; --json and --csv show all)\n",
                        table.columns.size() - widths.size());
  }
  return text;
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) {
    if (&cell != &cells.front()) line += ',';
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
      line += cell;
      continue;
    }
    line += '"';
    for (const char c : cell) line += c == '"' ? std::string("\"\"") : std::string(1, c);
    line += '"';
  }
  return line + "\n";
}

std::string as_csv(const Table& table) {
  std::vector<std::string> titles;
  for (const Table::Column& column : table.columns) titles.push_back(column.title);
  std::string text = csv_line(titles);
  for (const auto& row : table.rows) text += csv_line(row);
  return text;
}

}  // namespace winnow::run
