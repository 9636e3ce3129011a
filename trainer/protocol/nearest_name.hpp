// "Did you mean …": the known name closest to one that a user mistyped.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace winnow::protocol {

/// The candidate with the smallest edit distance (insert, delete, replace, swap neighbours), the
/// first of equals. Empty if none is within a third of the longer name's length, rounded up.
std::string nearest_name(std::string_view name, std::span<const std::string> candidates);

}  // namespace winnow::protocol
