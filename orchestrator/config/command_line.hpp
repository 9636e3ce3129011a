// The argument list of a `command:` trial: macros in, arguments out. No shell is involved anywhere:
// what a value contains stays inside its argument.
//
//   ${args}             one argument --name=value for each active parameter (a whole argument)
//   ${args_no_hyphens}  the same as name=value (a whole argument)
//   ${args_json_file}   the path of the JSON file with the parameters (may be part of an argument)
//   ${envvar:NAME}      an environment variable, which must be set (may be part of an argument)
//
// A list without macros stays as it is: the program finds its parameters in WINNOW_PARAMS_FILE.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "searchers/problem/point.hpp"

namespace winnow::run {

/// What is wrong with the macros of one argument, in words; nothing when they can be expanded now.
std::optional<std::string> argument_fault(std::string_view argument);

/// The arguments to run. Needs: no argument has a fault. Throws ConfigError when an environment
/// variable has gone since they were checked.
std::vector<std::string> expand_arguments(const std::vector<std::string>& arguments,
                                          const Point& point,
                                          const std::filesystem::path& params_file);

/// The environment variable of a parameter: "learning_rate" → "WINNOW_PARAM_LEARNING_RATE"; what a
/// shell cannot name becomes '_'.
std::string parameter_variable(std::string_view name);

}  // namespace winnow::run
