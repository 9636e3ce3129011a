// Numbers as people read them in tables and sentences. Programs get JSON and CSV instead.
#pragma once

#include <string>

namespace winnow::run {

/// Six significant digits; "nan", "inf".
std::string number_text(double number);

/// "9 ms", "0.8 s", "42 s", "3 min 20 s", "2 h 05 min".
std::string elapsed_text(double elapsed_s);

}  // namespace winnow::run
