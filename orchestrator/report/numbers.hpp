// Numbers as people read them in tables and sentences. Programs get JSON and CSV instead.
#pragma once

#include <string>

#include "searchers/problem/point.hpp"

namespace winnow::run {

/// Six significant digits; "nan", "inf".
std::string number_text(double number);

/// A real value in six digits, any other as it is.
std::string value_text(const Value& value);

/// A point for people: names and values, real ones in six digits.
std::string point_text(const Point& point);

/// "9 ms", "0.8 s", "42 s", "3 min 20 s", "2 h 05 min".
std::string elapsed_text(double elapsed_s);

}  // namespace winnow::run
