// What a scalar of a study file means. The rules are those of YAML 1.2, with the traps of older
// rules named: `no` and `on` stay text, 010 is ten, and both get a warning.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "orchestrator/config/yaml.hpp"
#include "searchers/problem/value.hpp"

namespace winnow::run {

/// Nothing was written: `key:`, `~`, `null`.
struct Null {
  bool operator==(const Null&) const = default;
};
/// Looks like a number and is not one we accept; `problem` says why and what to write instead.
struct Unreadable {
  std::string problem;
  bool operator==(const Unreadable&) const = default;
};
using Scalar = std::variant<Null, bool, std::int64_t, double, std::string, Unreadable>;

/// The meaning of an unquoted scalar.
Scalar meaning_of_plain(std::string_view text);

/// Why an unquoted scalar may not mean what its author thinks ("010", "no"); nothing when it does.
std::optional<std::string> trap_in_plain(std::string_view text);

/// Seconds of "90s", "10m", "24h", "2d", "1.5h"; nothing when it is no such text.
std::optional<double> duration_s(std::string_view text);

/// The text that duration_s reads back exactly: "5400s".
std::string duration_text(double seconds);

/// Bytes of "500MB", "1.5GiB", "4096B"; nothing when it is no such text, or not above 0.
std::optional<std::int64_t> bytes_in(std::string_view text);

/// "the number 3", "the text yes", "a list": what was found, for messages.
std::string describe_node(const Node& node);

}  // namespace winnow::run
