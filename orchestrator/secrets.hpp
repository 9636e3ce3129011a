// Values that nobody else shall read: variables whose names say so are not printed.
#pragma once

#include <string>
#include <string_view>

namespace winnow::run {

inline constexpr std::string_view hidden_value = "(hidden)";

/// Is one of the words of the name, taken apart at '_', one that people give to secrets: KEY,
/// TOKEN, SECRET, PASSWORD …? Ours, WINNOW_TOKEN, is random for each attempt and no secret.
bool looks_secret(std::string_view variable);

/// The value as it may be shown.
std::string shown_value(std::string_view variable, const std::string& value);

}  // namespace winnow::run
