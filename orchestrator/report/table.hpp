// Tables for people (aligned, no wider than the terminal) and the same tables as CSV for programs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::run {

struct Table {
  enum class Align { left, right };
  struct Column {
    std::string title;
    Align align = Align::left;
  };
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  // as many cells as columns
};

/// Lines of at most `width` columns, two spaces between cells. Too wide a table first loses
/// characters of its widest cells (shown by …), then its last columns (said below the table). Cells
/// are made safe for a terminal. Needs: rows as long as the header.
std::string as_text(const Table& table, std::size_t width);

/// RFC 4180: a line per row, quotes where needed. Cells that a spreadsheet would run as a formula
/// are left as they are: the file is for programs.
std::string as_csv(const Table& table);
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace winnow::run
