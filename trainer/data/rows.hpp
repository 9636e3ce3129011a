// Labelled text from the formats users have: JSON lines, or CSV with a header line.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace winnow::train {

struct LabelledText {
  std::string text;
  /// Integers and booleans as text: "3", "true". A set of labels: its JSON list in order of bytes,
  /// none twice.
  std::string label;
  std::vector<std::string> slots = {};  // texts of further columns, for prompts
  bool operator==(const LabelledText&) const = default;
};

/// A row has one label, or a set of them that may be empty: a JSON list, in a CSV field as its
/// text.
enum class LabelKind { one, set };

/// All rows of a .jsonl, .ndjson or .json (one object a line) or .csv file (RFC 4180: quotes,
/// doubled quotes, newlines inside quotes; a byte order mark and CRLF are accepted). Blank lines
/// are skipped. Throws ConfigError with places "file:line": the first 20 faults, then how many more
/// there are; also when the file has no rows, is missing, or has another ending. `slots` names
/// further columns to read: text, integers or booleans.
std::vector<LabelledText> read_rows(const std::filesystem::path& path,
                                    const std::string& text_column, const std::string& label_column,
                                    LabelKind kind = LabelKind::one,
                                    const std::vector<std::string>& slots = {});

/// The conversations (chat.hpp) in one column of such a file, a JSON list, in a CSV field as its
/// text. A row's text is that list, its label empty. Throws ConfigError likewise.
std::vector<LabelledText> read_conversations(const std::filesystem::path& path,
                                             const std::string& messages_column);

/// One column of such a file, texts that are empty left out; or each line of a .txt file that is
/// not empty. Throws ConfigError likewise.
std::vector<std::string> read_texts(const std::filesystem::path& path,
                                    const std::string& text_column);

}  // namespace winnow::train
