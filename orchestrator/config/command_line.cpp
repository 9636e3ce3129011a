#include "orchestrator/config/command_line.hpp"

#include <fmt/format.h>

#include <cctype>
#include <cstdlib>

#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

constexpr std::string_view known_macros =
    "${args}, ${args_no_hyphens}, ${args_json_file} and ${envvar:NAME}";
constexpr std::string_view variable_prefix = "envvar:";

// The next "${name}" in `text`: what is before it, its name, and what is behind.
struct Macro {
  std::string_view before, name, after;
};

std::optional<Macro> first_macro(std::string_view text) {
  const std::size_t begin = text.find("${");
  if (begin == std::string_view::npos) return std::nullopt;
  const std::size_t end = text.find('}', begin);
  if (end == std::string_view::npos) return std::nullopt;
  return Macro{text.substr(0, begin), text.substr(begin + 2, end - begin - 2),
               text.substr(end + 1)};
}

bool is_list_macro(std::string_view name) { return name == "args" || name == "args_no_hyphens"; }

std::optional<std::string> environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::optional<std::string> macro_fault(const Macro& macro) {
  if (is_list_macro(macro.name)) {
    if (macro.before.empty() && macro.after.empty()) return std::nullopt;
    return fmt::format("${{{}}} becomes several arguments and must stand alone", macro.name);
  }
  if (macro.name == "args_json_file") return std::nullopt;
  if (macro.name.starts_with(variable_prefix)) {
    const std::string_view variable = macro.name.substr(variable_prefix.size());
    if (environment(variable)) return std::nullopt;
    return fmt::format("the environment variable {} is not set", variable);
  }
  return fmt::format("unknown macro ${{{}}}; known are {}", macro.name, known_macros);
}

std::string expand_text(std::string_view text, const std::filesystem::path& params_file) {
  std::string expanded;
  while (const std::optional<Macro> macro = first_macro(text)) {
    expanded += macro->before;
    if (macro->name == "args_json_file") {
      expanded += params_file.string();
    } else {
      const std::string_view variable = macro->name.substr(variable_prefix.size());
      const std::optional<std::string> value = environment(variable);
      if (!value) {
        throw ConfigError("trial.command",
                          fmt::format("the environment variable {} is not set", variable));
      }
      expanded += *value;
    }
    text = macro->after;
  }
  return expanded += text;
}

}  // namespace

std::optional<std::string> argument_fault(std::string_view argument) {
  while (argument.find("${") != std::string_view::npos) {
    const std::optional<Macro> macro = first_macro(argument);
    if (!macro) return fmt::format("${{ without its }}; known macros are {}", known_macros);
    if (const std::optional<std::string> fault = macro_fault(*macro)) return fault;
    argument = macro->after;
  }
  return std::nullopt;
}

std::vector<std::string> expand_arguments(const std::vector<std::string>& arguments,
                                          const Point& point,
                                          const std::filesystem::path& params_file) {
  std::vector<std::string> expanded;
  for (const std::string& argument : arguments) {
    const std::optional<Macro> macro = first_macro(argument);
    if (!macro || !is_list_macro(macro->name)) {
      expanded.push_back(expand_text(argument, params_file));
      continue;
    }
    const std::string_view hyphens = macro->name == "args" ? "--" : "";
    for (const auto& [name, value] : point.entries()) {
      expanded.push_back(fmt::format("{}{}={}", hyphens, name, to_text(value)));
    }
  }
  return expanded;
}

std::string parameter_variable(std::string_view name) {
  std::string variable = "WINNOW_PARAM_";
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    variable += std::isalnum(byte) != 0 ? static_cast<char>(std::toupper(byte)) : '_';
  }
  return variable;
}

}  // namespace winnow::run
