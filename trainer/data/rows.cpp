#include "trainer/data/rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "trainer/data/chat.hpp"
#include "trainer/data/csv.hpp"
#include "trainer/errors.hpp"
#include "trainer/protocol/nearest_name.hpp"
#include "trainer/protocol/strict_json.hpp"
#include "trainer/protocol/utf8.hpp"
#include "trainer/weights/mapped_file.hpp"

namespace winnow::train {
namespace {

using nlohmann::json;

/// As many as fit on a screen; the rest is counted.
constexpr std::size_t max_listed_faults = 20;

/// Rows and faults of one file as they come in.
class RowCollector {
 public:
  explicit RowCollector(std::string file) : file_(std::move(file)) {}

  void add(LabelledText row) { rows_.push_back(std::move(row)); }

  void fault(std::size_t line, std::string message) {
    ++fault_count_;
    if (faults_.size() < max_listed_faults) {
      faults_.push_back({fmt::format("{}:{}", file_, line), std::move(message)});
    }
  }

  std::vector<LabelledText> finish() {
    if (fault_count_ > faults_.size()) {
      faults_.push_back(
          {file_, fmt::format("and {} more lines with faults", fault_count_ - faults_.size())});
    }
    if (fault_count_ == 0 && rows_.empty()) faults_.push_back({file_, "has no rows"});
    if (!faults_.empty()) throw ConfigError(std::move(faults_));
    return std::move(rows_);
  }

 private:
  std::string file_;
  std::vector<LabelledText> rows_;
  std::vector<Fault> faults_;
  std::size_t fault_count_ = 0;
};

std::string missing_column(const std::string& wanted, const std::vector<std::string>& present) {
  const std::string nearest = protocol::nearest_name(wanted, present);
  if (!nearest.empty()) {
    return fmt::format("there is no \"{}\"; did you mean \"{}\"?", wanted, nearest);
  }
  if (present.empty()) return fmt::format("there is no \"{}\": the object is empty", wanted);
  return fmt::format("there is no \"{}\"; there are {}", wanted, fmt::join(present, ", "));
}

/// Text, integers and booleans can be labels; nothing for the rest.
std::optional<std::string> label_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_integer() || value.is_boolean()) return value.dump();
  return std::nullopt;
}

/// The text form of a set of labels; nothing for what is none.
std::optional<std::string> set_text(const json& value) {
  if (!value.is_array()) return std::nullopt;
  std::set<std::string> labels;
  for (const json& entry : value) {
    const std::optional<std::string> label = label_text(entry);
    if (!label || label->empty()) return std::nullopt;
    labels.insert(*label);
  }
  return json(labels).dump();
}

constexpr const char* set_expected = "must be a list of labels, such as [\"a\", \"b\"]";

/// Without a label column every label is empty.
struct Columns {
  const std::string& text;
  const std::string* label = nullptr;
  LabelKind kind = LabelKind::one;
  bool conversations = false;  // in place of text
  std::vector<std::string> slots = {};
};

void add_conversation(RowCollector& rows, std::size_t line, const std::string& column,
                      const json& messages) {
  if (const auto fault = conversation_fault(messages)) {
    rows.fault(line, fmt::format("\"{}\": {}", column, *fault));
  } else {
    rows.add({messages.dump(), ""});
  }
}

class JsonLines {
 public:
  JsonLines(const Columns& columns, RowCollector& rows) : columns_(columns), rows_(rows) {}

  void read(std::string_view text) {
    for (std::size_t line = 1; !text.empty(); ++line) {
      const std::size_t end = text.find('\n');
      const std::string_view content = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      if (content.find_first_not_of(" \t\r") != std::string_view::npos) read_line(line, content);
    }
  }

 private:
  void read_line(std::size_t line, std::string_view content) {
    try {
      read_object(line, protocol::parse_strict_json(content));
    } catch (const protocol::JsonFault& fault) {
      rows_.fault(line, fault.what());
    }
  }

  void read_object(std::size_t line, const json& object) {
    if (!object.is_object()) {
      rows_.fault(line, fmt::format("expected a JSON object, found {}", object.type_name()));
      return;
    }
    std::vector<const std::string*> wanted = {&columns_.text};
    if (columns_.label != nullptr) wanted.push_back(columns_.label);
    for (const std::string& slot : columns_.slots) wanted.push_back(&slot);
    for (const std::string* column : wanted) {
      if (object.contains(*column)) continue;
      std::vector<std::string> present;
      for (const auto& [name, value] : object.items()) present.push_back(name);
      rows_.fault(line, missing_column(*column, present));
      return;
    }
    const json& text = object.at(columns_.text);
    if (columns_.conversations) {
      add_conversation(rows_, line, columns_.text, text);
    } else if (!text.is_string()) {
      rows_.fault(line,
                  fmt::format("\"{}\" must be text, found {}", columns_.text, text.type_name()));
    } else if (columns_.label == nullptr) {
      rows_.add({text.get<std::string>(), ""});
    } else {
      add_labelled(line, {text.get<std::string>(), ""}, object);
    }
  }

  void add_labelled(std::size_t line, LabelledText row, const json& object) {
    for (const std::string& slot : columns_.slots) {
      const std::optional<std::string> filling = label_text(object.at(slot));
      if (!filling) {
        rows_.fault(line, fmt::format("\"{}\" must be text, an integer or a boolean", slot));
        return;
      }
      row.slots.push_back(*filling);
    }
    const json& value = object.at(*columns_.label);
    const bool set = columns_.kind == LabelKind::set;
    const std::optional<std::string> label = set ? set_text(value) : label_text(value);
    if (label && !label->empty()) {
      row.label = *label;
      rows_.add(std::move(row));
    } else if (set) {
      rows_.fault(line, fmt::format("\"{}\" {}", *columns_.label, set_expected));
    } else {
      rows_.fault(line,
                  fmt::format("\"{}\" must be text that is not empty, an integer or a boolean",
                              *columns_.label));
    }
  }

  Columns columns_;
  RowCollector& rows_;
};

/// The place of a column in the header. Throws ConfigError when it is not there or there twice.
std::size_t column_index(const std::vector<std::string>& header, const std::string& column,
                         const std::string& place) {
  const auto found = std::find(header.begin(), header.end(), column);
  if (found == header.end()) throw ConfigError(place, missing_column(column, header));
  if (std::find(found + 1, header.end(), column) != header.end()) {
    throw ConfigError(place, fmt::format("the header has the column \"{}\" twice", column));
  }
  return static_cast<std::size_t>(found - header.begin());
}

/// The label in a CSV field; nothing, with a fault, for what is none.
std::optional<std::string> csv_label(const Columns& columns, const CsvRecord& record,
                                     std::string field, RowCollector& rows) {
  if (columns.kind == LabelKind::one) {
    if (!field.empty()) return field;
    rows.fault(record.line, fmt::format("\"{}\" must not be empty", *columns.label));
    return std::nullopt;
  }
  std::optional<std::string> set;
  try {
    set = set_text(protocol::parse_strict_json(field));
  } catch (const protocol::JsonFault&) {
    set = std::nullopt;
  }
  if (!set) rows.fault(record.line, fmt::format("\"{}\" {}", *columns.label, set_expected));
  return set;
}

void add_csv_conversation(RowCollector& rows, const CsvRecord& record, const std::string& column,
                          const std::string& field) {
  try {
    add_conversation(rows, record.line, column, protocol::parse_strict_json(field));
  } catch (const protocol::JsonFault& fault) {
    rows.fault(record.line, fmt::format("\"{}\": {}", column, fault.what()));
  }
}

/// What is wrong with the bytes of a CSV field. The tokenizer would drop such bytes without a word.
std::optional<std::string> byte_fault(const std::string& column, const std::string& field) {
  if (const auto bad = protocol::first_byte_not_utf8(field)) {
    return fmt::format("\"{}\" is not UTF-8 text (byte {} of {}); save the file as UTF-8", column,
                       *bad + 1, field.size());
  }
  const std::size_t zero = field.find('\0');
  if (zero == std::string::npos) return std::nullopt;
  return fmt::format("\"{}\" holds a zero byte (byte {} of {}); text has none", column, zero + 1,
                     field.size());
}

void read_csv(std::string_view text, const std::string& file, const Columns& columns,
              RowCollector& rows) {
  CsvReader reader(text);
  const std::optional<CsvRecord> header = reader.next();
  if (!header) return;
  const std::string place = fmt::format("{}:{}", file, header->line);
  if (!header->fault.empty()) throw ConfigError(place, header->fault);
  const std::size_t text_index = column_index(header->fields, columns.text, place);
  const bool labelled = columns.label != nullptr;
  const std::size_t label_index =
      labelled ? column_index(header->fields, *columns.label, place) : text_index;
  std::vector<std::size_t> read = {text_index, label_index};
  for (const std::string& slot : columns.slots) {
    read.push_back(column_index(header->fields, slot, place));
  }
  const auto fault_of = [&](const CsvRecord& record) {
    for (const std::size_t index : read) {
      if (auto fault = byte_fault(header->fields[index], record.fields[index])) return fault;
    }
    return std::optional<std::string>();
  };
  while (std::optional<CsvRecord> record = reader.next()) {
    if (!record->fault.empty()) {
      rows.fault(record->line, record->fault);
    } else if (record->fields.size() != header->fields.size()) {
      rows.fault(record->line, fmt::format("has {} fields, the header has {}",
                                           record->fields.size(), header->fields.size()));
    } else if (const auto fault = fault_of(*record)) {
      rows.fault(record->line, *fault);
    } else if (columns.conversations) {
      add_csv_conversation(rows, *record, columns.text, record->fields[text_index]);
    } else if (!labelled) {
      rows.add({std::move(record->fields[text_index]), ""});
    } else if (auto label = csv_label(columns, *record, record->fields[label_index], rows)) {
      std::vector<std::string> slots;
      for (std::size_t i = 2; i < read.size(); ++i) slots.push_back(record->fields[read[i]]);
      rows.add({std::move(record->fields[text_index]), std::move(*label), std::move(slots)});
    }
  }
}

/// Every line that is not empty.
void read_lines(std::string_view text, RowCollector& rows) {
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = text.find('\n');
    std::string_view content = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (content.ends_with('\r')) content.remove_suffix(1);
    if (content.empty()) continue;
    std::string owned(content);
    if (const auto fault = byte_fault("line", owned)) {
      rows.fault(line, *fault);
    } else {
      rows.add({std::move(owned), ""});
    }
  }
}

enum class Lines { refused, allowed };

std::vector<LabelledText> read_file(const std::filesystem::path& path, const Columns& columns,
                                    Lines lines) {
  const MappedFile file(path);
  std::string_view text(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    throw ConfigError(path.string(), "is UTF-16 text; save it as UTF-8");
  }
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  RowCollector rows(path.string());
  const std::string ending = path.extension().string();
  if (ending == ".csv") {
    read_csv(text, path.string(), columns, rows);
  } else if (ending == ".jsonl" || ending == ".ndjson" || ending == ".json") {
    JsonLines(columns, rows).read(text);
  } else if (ending == ".txt" && lines == Lines::allowed) {
    read_lines(text, rows);
  } else {
    throw ConfigError(path.string(),
                      fmt::format("rows are read from .jsonl, .ndjson, .json (one object a line) "
                                  "or .csv files{}",
                                  lines == Lines::allowed ? ", or .txt (one text a line)" : ""));
  }
  return rows.finish();
}

}  // namespace

std::vector<std::string> read_texts(const std::filesystem::path& path,
                                    const std::string& text_column) {
  std::vector<std::string> texts;
  for (LabelledText& row : read_file(path, {text_column}, Lines::allowed)) {
    if (!row.text.empty()) texts.push_back(std::move(row.text));
  }
  return texts;
}

std::vector<LabelledText> read_conversations(const std::filesystem::path& path,
                                             const std::string& messages_column) {
  return read_file(path, {messages_column, nullptr, LabelKind::one, true}, Lines::refused);
}

std::vector<LabelledText> read_rows(const std::filesystem::path& path,
                                    const std::string& text_column, const std::string& label_column,
                                    LabelKind kind, const std::vector<std::string>& slots) {
  return read_file(path, {text_column, &label_column, kind, false, slots}, Lines::refused);
}

}  // namespace winnow::train
