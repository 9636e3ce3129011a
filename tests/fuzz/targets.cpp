#include "tests/fuzz/targets.hpp"

#include "orchestrator/config/overrides.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/config/yaml.hpp"
#include "orchestrator/import/csv_table.hpp"
#include "orchestrator/import/imported_study.hpp"
#include "orchestrator/log_policy.hpp"
#include "orchestrator/metric_patterns.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/top_screen.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/problem/expression.hpp"
#include "trainer/protocol/report.hpp"

namespace winnow::tests {
namespace {

void read_yaml(std::string_view bytes) {
  run::Diagnostics diagnostics;
  const auto root = run::parse_yaml(bytes, run::user_file_limits, diagnostics);
  expect(root || diagnostics.has_errors(), "what cannot be read has a fault");
  for (const run::Diagnostic& fault : diagnostics.errors()) {
    run::message_with_source(fault, bytes);
  }
  if (root) run::json_of(*root);
}

void read_study(std::string_view bytes) {
  try {
    const run::StudyConfig config = run::parse_study(bytes, "/studies/fuzzed.yaml");
    const run::StudyConfig again =
        run::parse_study(run::normalised(config).dump(), "/studies/fuzzed.yaml");
    expect(again.spec == config.spec, "the normalised form says the same");
  } catch (const ConfigError&) {  // what most inputs end with
  }
}

void read_imports(std::string_view bytes) {
  for (const run::DefinitionFormat& format : run::definition_formats()) {
    run::Diagnostics diagnostics;
    const auto root = run::parse_yaml(bytes, run::user_file_limits, diagnostics);
    if (root) run::study_file_of(format.read(*root, diagnostics), "here");
  }
}

void read_expression(std::string_view bytes) {
  const auto parsed = Expression::parse(bytes);
  const auto* expression = std::get_if<Expression>(&parsed);
  if (expression == nullptr) return;
  const Value three(std::int64_t{3});
  expression->value([&](const std::string& name) { return name == "x" ? &three : nullptr; });
}

/// The first line is the pattern, the others are a log.
void read_patterns(std::string_view bytes) {
  const std::size_t end = std::min(bytes.find('\n'), bytes.size());
  auto parsed = run::MetricPatterns::parse({std::string(bytes.substr(0, end))});
  auto* patterns = std::get_if<run::MetricPatterns>(&parsed);
  for (std::size_t at = end + 1; patterns != nullptr && at < bytes.size();) {
    const std::size_t next = std::min(bytes.find('\n', at), bytes.size());
    const auto report = patterns->report_of(bytes.substr(at, next - at));
    // A tagged line is whatever the program wrote.
    if (report && !bytes.starts_with("tagged")) {
      const auto read =
          protocol::parse_report(std::string_view(*report).substr(0, report->size() - 1));
      expect(!std::holds_alternative<protocol::Malformed>(read), "what we write we can read");
    }
    at = next + 1;
  }
}

/// The first line is the pattern of a log policy, the others are a log.
void match_policy(std::string_view bytes) {
  const std::size_t end = std::min(bytes.find('\n'), bytes.size());
  const run::LogPolicy policy{std::string(bytes.substr(0, end)), run::LogAction::infeasible};
  if (run::log_pattern_fault(policy.pattern)) return;
  const auto found = run::match_log({policy}, bytes.substr(std::min(end + 1, bytes.size())));
  expect(!found || !found->line.empty(), "an empty line matches nothing");
}

void read_report(std::string_view bytes) {
  const protocol::Report report = protocol::parse_report(bytes);
  const bool can_be_written = !std::holds_alternative<protocol::Malformed>(report) &&
                              !std::holds_alternative<protocol::Unknown>(report);
  if (can_be_written) protocol::to_line(report);
}

void read_csv(std::string_view bytes) {
  try {
    run::parse_csv(bytes);
  } catch (const ConfigError&) {
  }
}

void read_words(std::string_view bytes) {
  try {
    run::mapping_of({std::string(bytes)});
  } catch (const ConfigError&) {
  }
  run::Node study;
  study.kind = run::Node::Kind::mapping;
  try {
    run::apply_override(study, bytes);
    run::apply_override(study, "parameters.x=" + std::string(bytes));
  } catch (const ConfigError&) {
  }
}

/// Keys and names on a terminal.
void show_text(std::string_view bytes) {
  std::string keys(bytes);
  run::key_presses(keys);
  const std::string line = run::terminal_line(bytes, 40);
  expect(run::terminal_width(line) <= 40, "a line is no wider than its terminal");
  expect(line.find('\x1b') == std::string::npos, "nothing moves the cursor");
}

}  // namespace

const std::vector<FuzzTarget>& fuzz_targets() {
  static const std::vector<FuzzTarget> targets = {
      {"yaml", read_yaml},        {"study", read_study},
      {"import", read_imports},   {"expression", read_expression},
      {"pattern", read_patterns}, {"report", read_report},
      {"csv", read_csv},          {"words", read_words},
      {"terminal", show_text},    {"policy", match_policy}};
  return targets;
}

}  // namespace winnow::tests
