// An imported study as YAML that people go on with: a line for each parameter.
#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/config/scalar.hpp"
#include "orchestrator/import/imported_study.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

/// Without quotes where it is a text all the same.
std::string text_form(const std::string& text) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '/' || c == '-';
  };
  const bool is_word = !text.empty() && text[0] != '-' && std::ranges::all_of(text, is_plain) &&
                       std::holds_alternative<std::string>(meaning_of_plain(text)) &&
                       !trap_in_plain(text);
  return is_word ? text : Json(text).dump();
}

std::string flow_form(const Json& value) {
  if (value.is_string()) return text_form(value.get<std::string>());
  if (!value.is_structured()) return value.dump();
  std::string inside;
  for (const auto& [key, item] : value.items()) {
    if (!inside.empty()) inside += ", ";
    if (value.is_object()) inside += text_form(key) + ": ";
    inside += flow_form(item);
  }
  return value.is_object() ? "{" + inside + "}" : "[" + inside + "]";
}

/// A mapping of mappings or of lists has a line for each of them.
bool has_lines(const Json& value) {
  return value.is_object() &&
         std::ranges::any_of(value, [](const Json& item) { return item.is_structured(); });
}

}  // namespace

std::string study_file_of(const ImportedStudy& imported, const std::string& origin) {
  std::string text = fmt::format("# From {}.\n", terminal_text(origin));
  for (const std::string& note : imported.notes) {
    text += fmt::format("# - {}\n", terminal_text(note));
  }
  for (const auto& [key, value] : imported.study.items()) {
    if (!has_lines(value)) {
      text += fmt::format("{}: {}\n", text_form(key), flow_form(value));
      continue;
    }
    text += text_form(key) + ":\n";
    for (const auto& [name, item] : value.items()) {
      text += fmt::format("  {}: {}\n", text_form(name), flow_form(item));
    }
  }
  return text;
}

}  // namespace winnow::run
