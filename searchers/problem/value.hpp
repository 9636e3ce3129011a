// The value of one parameter. Integers and reals stay apart: 3 and 3.0 are different choices.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace winnow {

using Value = std::variant<bool, std::int64_t, double, std::string>;

/// Text that reads back as the same value: shortest exact decimal, true/false, text as it is.
/// A real always shows that it is one ("3.0", "1e-05"), so that 3 and 3.0 print differently.
std::string to_text(const Value& value);

/// The word for a value's type in messages: "a boolean", "an integer", "a number", "text".
std::string type_name(const Value& value);

/// The value as a number, integers widened. Needs a bool, an integer or a real.
double as_number(const Value& value);

}  // namespace winnow
