// Tables of comma-separated values (RFC 4180), as programs and spreadsheets write them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::run {

struct CsvRow {
  std::size_t line = 0;  // of the file, from 1
  std::vector<std::string> cells;
};

/// All rows, the header among them; empty lines are passed over. Throws ConfigError with the line
/// when a quote is not closed or stands in the middle of a cell.
std::vector<CsvRow> parse_csv(std::string_view text);

}  // namespace winnow::run
