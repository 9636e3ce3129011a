// Faults and warnings of one text file, with their positions. All of them are collected, none is
// thrown, so that one reading of a file tells everything that is wrong with it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace winnow::run {

/// Line and column from 1, the column in characters. Line 0: the file as a whole.
struct Position {
  int line = 0;
  int column = 0;
  bool operator==(const Position&) const = default;
};

/// `code` is a short word that stays the same in later versions ("unknown-key"); `message` says
/// what was expected, what was found and the next step.
struct Diagnostic {
  Position at;
  std::string code;
  std::string message;
  std::string file = {};  // that of `at`, where it is another one than was read: rows of data
  bool operator==(const Diagnostic&) const = default;
};

class Diagnostics {
 public:
  void error(Position at, std::string_view code, std::string message);
  void warning(Position at, std::string_view code, std::string message);
  /// Of a file that the one being read names; line 0: of it as a whole.
  void error_in(std::string file, int line, std::string_view code, std::string message);

  /// In the order of the file; at most `most_faults`, then one that counts the rest.
  std::vector<Diagnostic> errors() const;
  std::vector<Diagnostic> warnings() const;
  bool has_errors() const { return !errors_.empty(); }
  std::size_t error_count() const { return errors_.size(); }

  /// One for every line of a long study file. A hostile file has more, and each carries a line of
  /// it along.
  static constexpr std::size_t most_faults = 1'000;

 private:
  std::vector<Diagnostic> errors_;
  std::vector<Diagnostic> warnings_;
};

/// "file:line:col", "file:line" where there is no column, or the file alone for a fault of the
/// whole file.
std::string place_of(const Diagnostic& diagnostic, std::string_view file);

/// The message, the code in brackets, and below them the line of `text` with a caret. Control
/// characters of the text are made visible, long lines are cut around the caret. Without that line
/// when the code is "secret".
std::string message_with_source(const Diagnostic& diagnostic, std::string_view text);

}  // namespace winnow::run
