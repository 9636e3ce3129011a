// Names of attempts that follow from their trial and ordinal. The store keeps only others:
// schema.sql works out the same ones.
#pragma once

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "searchers/problem/trial.hpp"

namespace winnow::store {

/// Beneath the study folder.
inline std::string trial_folder(TrialNumber trial) {
  return fmt::format("trials/{:04}", trial.value);
}
inline std::string attempt_folder(TrialNumber trial, int ordinal) {
  return fmt::format("{}/attempt-{}", trial_folder(trial), ordinal);
}

/// As unlikely to repeat as the session's: a session starts attempt `ordinal` of a trial once.
inline std::string attempt_token(std::string_view session_token, TrialNumber trial, int ordinal) {
  return fmt::format("{}-{}-{}", session_token, trial.value, ordinal);
}

/// The parts of what attempt_token() made.
struct TokenParts {
  std::string_view session;  // of the text that was taken apart
  TrialNumber trial;
  int ordinal = 0;
};
inline std::optional<TokenParts> parts_of(std::string_view token) {
  const auto take_number = [&token](auto& number) {
    const std::size_t dash = token.rfind('-');
    if (dash == std::string_view::npos) return false;
    const char* end = token.data() + token.size();
    const auto parsed = std::from_chars(token.data() + dash + 1, end, number);
    token = token.substr(0, dash);
    return parsed.ec == std::errc() && parsed.ptr == end;
  };
  TokenParts parts;
  if (!take_number(parts.ordinal) || !take_number(parts.trial.value)) return std::nullopt;
  parts.session = token;
  return parts;
}

}  // namespace winnow::store
