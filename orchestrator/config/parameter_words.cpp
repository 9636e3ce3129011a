#include "orchestrator/config/parameter_words.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

namespace winnow::run {
namespace {

/// Hydra 1.3, "extended override syntax", and its Optuna sweeper, which takes the end of a range as
/// part of it.
std::string from_hydra(std::string text) {
  static const RE2 tagged(R"(\s*tag\(\s*(log|int)\s*,\s*(.+)\)\s*)");
  static const RE2 interval(R"(\s*interval\(([^(),]+),([^(),]+)\)\s*)");
  static const RE2 range(R"(\s*range\(([^(),]+),([^(),]+)(?:,([^(),]+))?\)\s*)");
  static const RE2 choice(R"(\s*choice\((.+)\)\s*)");
  std::string more, first, second, third;
  while (RE2::FullMatch(text, tagged, &first, &second)) {
    more += first == "log" ? ", scale: log" : ", type: int";
    text = second;
  }
  if (RE2::FullMatch(text, interval, &first, &second)) {
    const char* type = more.find("type:") == std::string::npos ? ", type: float" : "";
    return fmt::format("{{min: {}, max: {}{}{}}}", first, second, type, more);
  }
  if (RE2::FullMatch(text, range, &first, &second, &third)) {
    const std::string step = third.empty() ? "" : ", step: " + third;
    return fmt::format("{{min: {}, max: {}{}{}}}", first, second, step, more);
  }
  if (RE2::FullMatch(text, choice, &first)) return fmt::format("{{values: [{}]{}}}", first, more);
  return "";
}

/// Guild 0.9, "optimizers: search spaces".
std::string from_guild(const std::string& text) {
  static const RE2 range(
      R"(\s*(uniform|loguniform|quniform)?\[([^\[\]:,]+):([^\[\]:,]+)(?::([^\[\]:,]+))?\]\s*)");
  static const RE2 choice(R"(\s*choice(\[.+\])\s*)");
  std::string kind, first, second, third;
  if (RE2::FullMatch(text, choice, &first)) return fmt::format("{{values: {}}}", first);
  if (!RE2::FullMatch(text, range, &kind, &first, &second, &third)) return "";
  const char* scale = kind == "loguniform" ? ", scale: log" : "";
  const std::string last =
      third.empty() ? "" : (kind == "quniform" ? ", step: " : ", default: ") + third;
  return fmt::format("{{min: {}, max: {}{}{}}}", first, second, scale, last);
}

}  // namespace

std::string parameter_from_words(std::string_view text) {
  const std::string given(text);
  std::string parameter = from_hydra(given);
  if (parameter.empty()) parameter = from_guild(given);
  return parameter.empty() ? given : parameter;
}

}  // namespace winnow::run
