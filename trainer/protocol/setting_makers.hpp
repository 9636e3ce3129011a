// How the rows of the table of settings are written down.
#pragma once

#include <string>
#include <vector>

#include "trainer/protocol/settings.hpp"

namespace winnow::protocol {

// Where a range ends that has no natural end: far beyond any use, small enough for exact
// arithmetic.
inline constexpr double many = 1e9;
// Largest integer that JSON readers agree upon (RFC 8259, section 6): 2^53 - 1.
inline constexpr double max_exact_integer = 9007199254740991.0;

/// A path; absent unless given, or required.
Setting file(std::string name, bool required, std::string meaning);

// Of the others a default of null means: absent unless given.
Setting text(std::string name, nlohmann::json value, std::string meaning, std::string source);
Setting integer(std::string name, nlohmann::json value, double low, double high,
                std::string meaning, std::string source);
Setting real(std::string name, nlohmann::json value, Bound low, Bound high, std::string meaning,
             std::string source);
Setting flag(std::string name, bool value, std::string meaning, std::string source);
Setting choice(std::string name, nlohmann::json value, std::vector<std::string> choices,
               std::string meaning, std::string source);

}  // namespace winnow::protocol
