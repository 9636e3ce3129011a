// Comma-separated values as RFC 4180 has them: fields may be quoted, quotes within are doubled,
// quoted fields may hold commas and line ends. Accepts CRLF and LF, and a last line without end.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::train {

struct CsvRecord {
  std::size_t line = 1;             // where the record begins, counted from 1
  std::vector<std::string> fields;  // unquoted
  std::string fault;                // what is wrong with the record; empty when nothing is
};

class CsvReader {
 public:
  /// `text` must outlive the reader.
  explicit CsvReader(std::string_view text) : text_(text) {}

  /// The next record, blank lines skipped; nothing at the end. After a fault, reading goes on with
  /// the next line.
  std::optional<CsvRecord> next();

 private:
  bool at_line_end() const;
  void skip_line_end();
  std::string plain_field(CsvRecord& record);
  std::string quoted_field(CsvRecord& record);

  std::string_view text_;
  std::size_t place_ = 0;
  std::size_t line_ = 1;
};

}  // namespace winnow::train
