// winnow tap -- PROGRAM ARGUMENT…: runs a program, passes on what it prints, and reports the
// numbers in it. Trials with `metrics_from` run under it.
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/output_tap.hpp"
#include "orchestrator/process/system_error.hpp"
#include "searchers/problem/error.hpp"
#include "storage/owned_fd.hpp"

namespace winnow::run {
namespace {

struct Arguments {
  std::optional<std::string> patterns;  // one word: CLI11 ends a list with the -- before COMMAND
  std::vector<std::string> command;
};

ExitStatus tap(const Arguments& arguments) {
  const auto list = nlohmann::json::parse(arguments.patterns.value_or("[]"), nullptr, false);
  if (!list.is_array() ||
      !std::ranges::all_of(list, [](const auto& word) { return word.is_string(); })) {
    throw ConfigError("--patterns", "needs a JSON list of texts, [\"katib\"]");
  }
  auto patterns = MetricPatterns::parse(list.get<std::vector<std::string>>());
  if (const auto* fault = std::get_if<std::string>(&patterns)) {
    throw ConfigError("--patterns", *fault);
  }
  if (arguments.command.empty()) throw ConfigError("COMMAND", "needs a program, behind `--`");
  const char* file = std::getenv("WINNOW_REPORT_FILE");
  const std::string name = file != nullptr ? file : "/dev/null";
  const store::OwnedFd reports(::open(name.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  if (!reports.is_open()) throw_system_error("open the report file " + name);
  return static_cast<ExitStatus>(run_tapped(
      arguments.command, std::get<MetricPatterns>(std::move(patterns)), reports.value()));
}

const CommandRegistration registration(CommandEntry{
    "tap", "run a program and report the numbers it prints (for metrics_from)",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      options.add("--patterns", arguments->patterns,
                  "presets and patterns, as in trial.metrics_from, as a JSON list");
      options.add("COMMAND", arguments->command, "the program and its arguments, behind --");
      return [arguments] { return tap(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
