// What is wrong with something that a program asked for, as one line of its answer.
#pragma once

#include <string>

#include "searchers/problem/error.hpp"

namespace winnow::run {

/// "place: message; place: message".
std::string fault_text(const ConfigError& error);

}  // namespace winnow::run
