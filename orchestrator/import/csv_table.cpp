#include "orchestrator/import/csv_table.hpp"

#include <fmt/format.h>

#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

class CsvParser {
 public:
  explicit CsvParser(std::string_view text) : text_(text) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text_.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
  }

  std::vector<CsvRow> parse() {
    while (at_ < text_.size()) {
      CsvRow row{line_, {}};
      do {
        row.cells.push_back(next() == '"' ? quoted_cell() : plain_cell());
      } while (take(','));
      take('\r');
      take('\n');
      ++line_;
      const bool is_empty = row.cells.size() == 1 && row.cells[0].empty();
      if (!is_empty) rows_.push_back(std::move(row));
    }
    return std::move(rows_);
  }

 private:
  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string plain_cell() {
    const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
    std::string cell(text_.substr(at_, end - at_));
    at_ = end;
    return cell;
  }

  std::string quoted_cell() {
    const std::size_t first_line = line_;
    std::string cell;
    ++at_;
    while (true) {
      const std::size_t end = text_.find('"', at_);
      if (end == std::string_view::npos) {
        throw ConfigError(fmt::format("line {}", first_line), "a quote is opened and not closed");
      }
      for (const char c : text_.substr(at_, end - at_)) line_ += c == '\n' ? 1 : 0;
      cell += text_.substr(at_, end - at_);
      at_ = end + 1;
      if (!take('"')) break;  // two of them stand for one
      cell += '"';
    }
    if (at_ < text_.size() && std::string_view(",\r\n").find(next()) == std::string_view::npos) {
      throw ConfigError(fmt::format("line {}", line_), "expected a comma behind a closing quote");
    }
    return cell;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::vector<CsvRow> rows_;
};

}  // namespace

std::vector<CsvRow> parse_csv(std::string_view text) { return CsvParser(text).parse(); }

}  // namespace winnow::run
