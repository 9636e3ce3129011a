// Study files for tests, and what their reading says.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/config/study_config.hpp"

namespace winnow::tests {

/// Five lines that every study needs; line 6 is the first of `more`.
inline std::string study_with(std::string_view more) {
  return fmt::format(
      "name: a-study\n"
      "method: random\n"
      "metric: {{name: loss}}\n"
      "limits: {{max_trials: 5}}\n"
      "trial: {{command: [/bin/true]}}\n"
      "{}\n",
      more);
}

inline constexpr std::string_view one_parameter = "parameters: {x: {min: 0.0, max: 1.0}}";

inline run::StudyConfig read_study(std::string_view text) {
  return run::parse_study(text, "/studies/a.yaml");
}

/// "6:3 unknown-key" for each fault, in the order of the file; empty when there is none.
inline std::vector<std::string> faults_in(std::string_view text) {
  try {
    read_study(text);
  } catch (const run::StudyFileError& error) {
    std::vector<std::string> faults;
    for (const run::Diagnostic& fault : error.diagnostics()) {
      faults.push_back(fmt::format("{}:{} {}", fault.at.line, fault.at.column, fault.code));
    }
    return faults;
  }
  return {};
}

/// All messages of the faults, each with its place, as a user sees them.
inline std::string messages_in(std::string_view text) {
  try {
    read_study(text);
  } catch (const run::StudyFileError& error) {
    std::string messages;
    for (const Fault& fault : error.faults()) {
      messages += fmt::format("{}: error: {}\n", fault.place, fault.message);
    }
    return messages;
  }
  return "";
}

using Faults = std::vector<std::string>;

}  // namespace winnow::tests
