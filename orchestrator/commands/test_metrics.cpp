// winnow test-metrics PATTERN… < old.log: what would `metrics_from` find in this log?
#include <fmt/format.h>

#include <functional>
#include <iostream>
#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/metric_patterns.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"
#include "trainer/protocol/report.hpp"

namespace winnow::run {
namespace {

struct Arguments {
  std::vector<std::string> patterns;
  bool json = false;
};

struct FoundReport {
  std::int64_t line = 0;
  std::string report;   // one JSON object, unless there is a problem
  std::string problem;  // why it is no report
};

struct FoundReports {
  std::int64_t lines = 0;
  std::vector<FoundReport> reports;
};

FoundReports look_through(std::istream& log, MetricPatterns& patterns,
                          const std::function<void(const FoundReport&)>& show) {
  FoundReports found;
  for (std::string line; std::getline(log, line);) {
    ++found.lines;
    const std::optional<std::string> text = patterns.report_of(line);
    if (!text) continue;
    FoundReport& one = found.reports.emplace_back();
    one.line = found.lines;
    one.report = text->substr(0, text->size() - 1);
    const protocol::Report report = protocol::parse_report(one.report);
    const auto* malformed = std::get_if<protocol::Malformed>(&report);
    if (malformed != nullptr) one.problem = malformed->problem;
    show(one);
  }
  return found;
}

void print_json(const FoundReports& found) {
  nlohmann::ordered_json answer = {{"version", 1}, {"lines", found.lines}};
  answer["reports"] = nlohmann::ordered_json::array();
  for (const auto& [line, report, problem] : found.reports) {
    nlohmann::ordered_json one = {{"line", line}};
    one["report"] = report;
    if (problem.empty()) one["report"] = nlohmann::ordered_json::parse(report);
    if (!problem.empty()) one["problem"] = problem;
    answer["reports"].push_back(std::move(one));
  }
  fmt::print("{}", json_line(answer));
}

void print_line(const FoundReport& found) {
  fmt::print("{}: {}{}\n", found.line, terminal_text(found.report),
             found.problem.empty() ? "" : fmt::format("  (no report: {})", found.problem));
}

ExitStatus test_metrics(const Arguments& arguments) {
  if (arguments.patterns.empty()) {
    throw ConfigError("PATTERN", fmt::format("needs a pattern, or a preset: {}",
                                             fmt::join(metric_presets(), ", ")));
  }
  auto parsed = MetricPatterns::parse(arguments.patterns);
  if (const auto* fault = std::get_if<std::string>(&parsed)) throw ConfigError("PATTERN", *fault);
  const bool is_json = arguments.json;
  const FoundReports found =
      look_through(std::cin, std::get<MetricPatterns>(parsed), [is_json](const FoundReport& one) {
        if (!is_json) print_line(one);
      });
  if (is_json) {
    print_json(found);
  } else {
    fmt::print(stderr, "{} of {} lines are reports\n", found.reports.size(), found.lines);
  }
  return found.reports.empty() ? ExitStatus::study_failed : ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "test-metrics", "show what metrics_from would find in a log on standard input",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      options.add("PATTERN", arguments->patterns,
                  "presets or patterns, as in trial.metrics_from (tagged, katib, guild, keras, "
                  "huggingface, or 'loss = (?<loss>\\S+)')");
      options.add_flag("--json", arguments->json, "one JSON object");
      return [arguments] { return test_metrics(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
