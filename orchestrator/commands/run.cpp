// winnow run FILE [KEY=VALUE …]: make the study and run it.
#include <fmt/format.h>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/new_study.hpp"
#include "orchestrator/prior_studies.hpp"
#include "orchestrator/session.hpp"
#include "orchestrator/trainer_check.hpp"

namespace winnow::run {
namespace {

struct Arguments {
  std::string file;
  std::vector<std::string> overrides;
  std::optional<std::string> root;
  bool quiet = false;
  bool json_lines = false;
  std::optional<std::int64_t> metrics;
};

ExitStatus run_study(const Arguments& arguments) {
  SessionOptions session;
  session.verbosity = verbosity_of(arguments.quiet, arguments.json_lines);
  StudyReading reading = read_study_file(arguments.file, arguments.overrides);
  check_trainer_inputs(reading);
  fmt::print(stderr, "{}", warnings_text(reading));
  const StudyConfig& config = reading.config;
  const StudyFolder folder(studies_root(arguments.root) / config.spec.name);
  const TakenPriors prior = take_prior_studies(config, studies_root(arguments.root));
  for (const std::string& line : prior.sentences) fmt::print(stderr, "{}\n", line);
  store::KnownTrials known;
  known.prior_studies = prior.records;
  session.metrics_port = metrics_port(arguments.metrics);
  return run_session(folder, session, create_study(config, folder, known));
}

const CommandRegistration registration(CommandEntry{
    "run", "run the study described in a file",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      options.add_required("FILE", arguments->file, "study file (YAML or JSON)");
      options.add("SETTING", arguments->overrides,
                  "KEY=VALUE laid over the file: limits.max_trials=50 parameters.lr.max=0.1");
      options.add("--root", arguments->root,
                  "where studies live (default WINNOW_ROOT, else ./studies)");
      options.add("--metrics", arguments->metrics,
                  "answer Prometheus on this port of 127.0.0.1 (0: any), at /metrics");
      options.add_flag("--quiet", arguments->quiet, "print the result only");
      options.add_flag("--jsonl", arguments->json_lines,
                       "a JSON object for each event, a line each");
      return [arguments] { return run_study(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
