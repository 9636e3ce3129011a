// winnow test-metrics PATTERN… < old.log: what would `metrics_from` find in this log?
#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/metric_patterns.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"
#include "trainer/protocol/report.hpp"

namespace winnow::run {
namespace {

struct Arguments {
  std::vector<std::string> patterns;
};

ExitStatus test_metrics(const Arguments& arguments) {
  if (arguments.patterns.empty()) {
    throw ConfigError("PATTERN", fmt::format("needs a pattern, or a preset: {}",
                                             fmt::join(metric_presets(), ", ")));
  }
  auto parsed = MetricPatterns::parse(arguments.patterns);
  if (const auto* fault = std::get_if<std::string>(&parsed)) throw ConfigError("PATTERN", *fault);
  auto& patterns = std::get<MetricPatterns>(parsed);
  std::int64_t lines = 0;
  std::int64_t reports = 0;
  for (std::string line; std::getline(std::cin, line);) {
    ++lines;
    const std::optional<std::string> found = patterns.report_of(line);
    if (!found) continue;
    ++reports;
    const protocol::Report report = protocol::parse_report(found->substr(0, found->size() - 1));
    const auto* malformed = std::get_if<protocol::Malformed>(&report);
    fmt::print("{}: {}{}\n", lines, terminal_text(found->substr(0, found->size() - 1)),
               malformed != nullptr ? fmt::format("  (no report: {})", malformed->problem) : "");
  }
  fmt::print(stderr, "{} of {} lines are reports\n", reports, lines);
  return reports > 0 ? ExitStatus::ok : ExitStatus::study_failed;
}

const CommandRegistration registration(CommandEntry{
    "test-metrics", "show what metrics_from would find in a log on standard input",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      options.add("PATTERN", arguments->patterns,
                  "presets or patterns, as in trial.metrics_from (tagged, katib, guild, keras, "
                  "huggingface, or 'loss = (?<loss>\\S+)')");
      return [arguments] { return test_metrics(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
