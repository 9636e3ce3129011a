// Prompts with named slots that are filled for each row: {text} with the row's own text, {name}
// with its column of that name, {instruction} with what is to be done, {examples} with solved rows.
// Doubled braces are braces.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace winnow::train {

class PromptTemplate {
 public:
  /// The row's text and nothing else.
  PromptTemplate();

  /// The name of a template of the library (known_prompt_templates()), or a template itself, which
  /// has {text} in it. Throws ConfigError naming `place`.
  static PromptTemplate parse(const std::string& text, const std::string& place);

  /// Names of the columns that fill slots beside {text}, each once.
  const std::vector<std::string>& columns() const { return columns_; }
  bool has_instruction() const { return has_instruction_; }

  /// What one row has for the slots.
  struct Values {
    const std::string& text;
    const std::vector<std::string>& columns;  // in the order of columns()
    const std::string& instruction;
    const std::string& examples;
  };
  /// Without an {examples} slot the examples stand in front of everything.
  std::string filled(const Values& values) const;

  /// The form of a solved row: what follows the {examples} slot, or all of it without one.
  std::string filled_example(const Values& values) const;

 private:
  enum class Slot { none, text, column, instruction, examples };
  struct Part {
    std::string literal;  // before the slot
    Slot slot = Slot::none;
    std::size_t column = 0;  // Slot::column only
  };
  void add(std::string literal, const std::string& slot);
  std::string filled_from(std::size_t first, const Values& values) const;

  std::vector<Part> parts_;
  std::vector<std::string> columns_;
  bool has_instruction_ = false;
  std::size_t example_begin_ = 0;  // the first part behind {examples}; 0: no such slot
};

/// Names of ready templates: what prompts of published work look like.
std::vector<std::string> known_prompt_templates();

}  // namespace winnow::train
