// Where the program of a command is: beside the study file, or on the PATH. The same answer when a
// study is checked and when it runs.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace winnow::run {

/// A name with a slash is a path, relative ones from `folder`; others are looked for on the PATH
/// (/usr/local/bin:/usr/bin:/bin where it is not set). Nothing: no executable file is there.
std::optional<std::filesystem::path> find_program(const std::string& name,
                                                  const std::filesystem::path& folder);

/// The interpreter that the first line of a script names (`#!/usr/bin/python3 -u`) when there is no
/// such program, and all of `/usr/bin/env python3` when env would not find its program on our PATH;
/// nothing for all that the system can start. With the \r of a file from Windows.
std::optional<std::string> missing_interpreter(const std::filesystem::path& program);

/// Text without a first line `#!…`: a shell would run it, the system does not.
bool is_mere_text(const std::filesystem::path& program);

}  // namespace winnow::run
