#include "trainer/data/csv.hpp"

namespace winnow::train {

bool CsvReader::at_line_end() const {
  return place_ == text_.size() || text_[place_] == '\n' || text_.substr(place_, 2) == "\r\n";
}

void CsvReader::skip_line_end() {
  if (place_ == text_.size()) return;
  place_ += text_[place_] == '\r' ? 2 : 1;
  ++line_;
}

std::string CsvReader::plain_field(CsvRecord& record) {
  const std::size_t begin = place_;
  while (!at_line_end() && text_[place_] != ',') {
    if (text_[place_] == '"') record.fault = "a quote inside a field that is not quoted";
    ++place_;
  }
  return std::string(text_.substr(begin, place_ - begin));
}

std::string CsvReader::quoted_field(CsvRecord& record) {
  std::string field;
  ++place_;  // the opening quote
  while (true) {
    const std::size_t quote = text_.find('"', place_);
    const std::string_view part = text_.substr(place_, quote - place_);
    for (const char c : part) line_ += c == '\n' ? 1 : 0;
    field += part;
    if (quote == std::string_view::npos) {
      place_ = text_.size();
      record.fault = "a quoted field that does not end";
      return field;
    }
    place_ = quote + 1;
    if (place_ == text_.size() || text_[place_] != '"') break;
    field += '"';
    ++place_;
  }
  if (!at_line_end() && text_[place_] != ',') {
    record.fault = "text behind a closing quote; a quote within a field must be doubled";
    plain_field(record);
  }
  return field;
}

std::optional<CsvRecord> CsvReader::next() {
  while (place_ < text_.size() && at_line_end()) skip_line_end();
  if (place_ == text_.size()) return std::nullopt;
  CsvRecord record;
  record.line = line_;
  while (true) {
    const bool quoted = place_ < text_.size() && text_[place_] == '"';
    record.fields.push_back(quoted ? quoted_field(record) : plain_field(record));
    if (at_line_end()) break;
    ++place_;  // the comma
  }
  skip_line_end();
  return record;
}

}  // namespace winnow::train
