#include "orchestrator/commands/session_arguments.hpp"

#include <fmt/format.h>

#include <limits>

#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

Verbosity verbosity_of(const SessionArguments& arguments) {
  if (arguments.quiet && arguments.json_lines) {
    throw ConfigError("--jsonl", "--quiet prints the result only; give one");
  }
  if (arguments.quiet && arguments.verbose) {
    throw ConfigError("--verbose", "--quiet prints the result only; give one");
  }
  if (arguments.json_lines) return Verbosity::json_lines;
  return arguments.quiet ? Verbosity::quiet : Verbosity::normal;
}

std::optional<std::uint16_t> port_of(const std::optional<std::int64_t>& option) {
  if (!option) return std::nullopt;
  if (*option < 0 || *option > std::numeric_limits<std::uint16_t>::max()) {
    throw ConfigError("--metrics", fmt::format("a port is from 0 to 65535, found {}", *option));
  }
  return static_cast<std::uint16_t>(*option);
}

LogOptions log_of(const SessionArguments& arguments) {
  LogOptions log;
  log.shows_records = arguments.verbose;
  if (arguments.log_file) {
    log.file = *arguments.log_file;
    static_cast<void>(open_for_append(*log.file));  // throws here, before a study is made
  }
  if (!arguments.log_format) return log;
  if (!log.file) throw ConfigError("--log-format", "it is that of --log-file; name a file too");
  if (*arguments.log_format == "json") {
    log.format = LogFormat::json;
  } else if (*arguments.log_format != "text") {
    throw ConfigError("--log-format", fmt::format("expected text or json, found {}",
                                                  terminal_text(*arguments.log_format)));
  }
  return log;
}

}  // namespace

void SessionArguments::add_to(CommandOptions& options) {
  options.add("--root", root, "where studies live (default WINNOW_ROOT, else ./studies)");
  options.add("--metrics", metrics,
              "answer Prometheus on this port of 127.0.0.1 (0: any), at /metrics");
  options.add_flag("--quiet", quiet, "print the result only");
  options.add_flag("-v,--verbose", verbose, "print what is put on record, too");
  options.add_flag("--jsonl", json_lines, "a JSON object for each event, a line each");
  options.add("--log-file", log_file,
              "append all of that with its times to this file, whatever is printed");
  options.add("--log-format", log_format, "of --log-file: text, or json, an object a line");
}

SessionOptions SessionArguments::session() const {
  SessionOptions session;
  session.verbosity = verbosity_of(*this);
  session.metrics_port = port_of(metrics);
  session.log = log_of(*this);
  return session;
}

}  // namespace winnow::run
