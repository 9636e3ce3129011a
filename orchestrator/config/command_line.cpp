#include "orchestrator/config/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

#include "orchestrator/config/mapping_reader.hpp"
#include "searchers/problem/error.hpp"
#include "storage/rows.hpp"

namespace winnow::run {
namespace {

constexpr std::string_view known_macros =
    "${args}, ${args_no_equals}, ${args_no_hyphens}, ${args_no_boolean_flags}, ${args_json}, "
    "${args_append_hydra}, ${args_override_hydra}, ${args_json_file}, ${envvar:NAME}, ${env}, "
    "${interpreter} and ${program}";
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

using Arguments = std::vector<std::string>;
using AddParameter = void (*)(const std::string& name, const Value& value, Arguments& arguments);

// A macro that becomes several arguments, some for each parameter.
struct ListMacro {
  std::string_view name;
  AddParameter add;
};

constexpr std::array<ListMacro, 6> list_macros = {{
    {"args",
     [](const std::string& name, const Value& value, Arguments& arguments) {
       arguments.push_back(fmt::format("--{}={}", name, to_text(value)));
     }},
    {"args_no_equals",
     [](const std::string& name, const Value& value, Arguments& arguments) {
       arguments.push_back("--" + name);
       arguments.push_back(to_text(value));
     }},
    {"args_no_hyphens",
     [](const std::string& name, const Value& value, Arguments& arguments) {
       arguments.push_back(fmt::format("{}={}", name, to_text(value)));
     }},
    {"args_no_boolean_flags",
     [](const std::string& name, const Value& value, Arguments& arguments) {
       const bool* flag = std::get_if<bool>(&value);
       if (flag == nullptr) arguments.push_back(fmt::format("--{}={}", name, to_text(value)));
       if (flag != nullptr && *flag) arguments.push_back("--" + name);
     }},
    {"args_append_hydra",
     [](const std::string& name, const Value& value, Arguments& arguments) {
       arguments.push_back(fmt::format("+{}={}", name, to_text(value)));
     }},
    {"args_override_hydra",
     [](const std::string& name, const Value& value, Arguments& arguments) {
       arguments.push_back(fmt::format("++{}={}", name, to_text(value)));
     }},
}};

constexpr std::string_view json_macro = "args_json";

const ListMacro* find_list_macro(std::string_view name) {
  const auto found = std::ranges::find(list_macros, name, &ListMacro::name);
  return found == list_macros.end() ? nullptr : &*found;
}

bool is_whole_argument(std::string_view name) {
  return find_list_macro(name) != nullptr || name == json_macro;
}

std::optional<std::string> environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::optional<std::string> macro_fault(const Macro& macro) {
  if (is_whole_argument(macro.name)) {
    if (macro.before.empty() && macro.after.empty()) return std::nullopt;
    return fmt::format("${{{}}} becomes whole arguments and must stand alone", macro.name);
  }
  if (macro.name == "args_json_file") return std::nullopt;
  if (macro.name == "env" || macro.name == "interpreter" || macro.name == "program") {
    return fmt::format("${{{}}} must stand alone", macro.name);
  }
  if (macro.name.starts_with(variable_prefix)) {
    const std::string_view variable = macro.name.substr(variable_prefix.size());
    if (environment(variable)) return std::nullopt;
    return fmt::format("the environment variable {} is not set", variable);
  }
  std::vector<std::string> names = {"args_json_file", "env", "interpreter", "program"};
  names.emplace_back(json_macro);
  for (const ListMacro& each : list_macros) names.emplace_back(each.name);
  const std::string meant = did_you_mean(macro.name, names);
  if (!meant.empty()) return fmt::format("unknown macro ${{{}}}{}", macro.name, meant);
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

std::optional<std::string> expand_program(std::string_view argument,
                                          const std::optional<std::string>& program) {
  if (argument == "${env}") return "/usr/bin/env";
  // Where `python` is missing or an old one, as on Debian, this one is there.
  if (argument == "${interpreter}") return "python3";
  if (argument == "${program}") return program;
  return std::string(argument);
}

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
    const ListMacro* list = macro ? find_list_macro(macro->name) : nullptr;
    if (list != nullptr) {
      for (const auto& [name, value] : point.entries()) list->add(name, value, expanded);
    } else if (macro && macro->name == json_macro) {
      expanded.push_back(store::point_json(point));
    } else {
      expanded.push_back(expand_text(argument, params_file));
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
