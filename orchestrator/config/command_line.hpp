// The argument list of a `command:` trial: macros in, arguments out. No shell is involved anywhere:
// what a value contains stays inside its argument.
//
// Whole arguments, as W&B has them:
//   ${args}                   one argument --name=value for each active parameter
//   ${args_no_equals}         two: --name value
//   ${args_no_hyphens}        name=value
//   ${args_no_boolean_flags}  --name=value; of a boolean --name where it is true, else nothing
//   ${args_append_hydra}      +name=value;  ${args_override_hydra}  ++name=value
//   ${args_json}              one: all of them as a JSON object
// Also as parts of an argument:
//   ${args_json_file}         the path of the JSON file with the parameters
//   ${envvar:NAME}            an environment variable, which must be set
// Expanded when the study file is read:
//   ${env} ${interpreter} ${program}   /usr/bin/env, python3, the study's `program`
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

/// The argument without the macros that need no trial; nothing where one is `${program}` and the
/// study has none.
std::optional<std::string> expand_program(std::string_view argument,
                                          const std::optional<std::string>& program);

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
