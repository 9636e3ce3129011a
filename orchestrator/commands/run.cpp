// winnow run FILE [KEY=VALUE …]: make the study and run it.
#include <fmt/format.h>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/session_arguments.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/new_study.hpp"
#include "orchestrator/prior_studies.hpp"
#include "orchestrator/trainer_check.hpp"

namespace winnow::run {
namespace {

struct Arguments {
  std::string file;
  std::vector<std::string> overrides;
  SessionArguments session;
};

ExitStatus run_study(const Arguments& arguments) {
  const SessionOptions session = arguments.session.session();
  const std::filesystem::path root = studies_root(arguments.session.root);
  StudyReading reading = read_study_file(arguments.file, arguments.overrides);
  check_trainer_inputs(reading);
  fmt::print(stderr, "{}", warnings_text(reading));
  const StudyConfig& config = reading.config;
  const StudyFolder folder(root / config.spec.name);
  const TakenPriors prior = take_prior_studies(config, root);
  for (const std::string& line : prior.sentences) fmt::print(stderr, "{}\n", line);
  store::KnownTrials known;
  known.prior_studies = prior.records;
  return run_session(folder, session, create_study(config, folder, known));
}

const CommandRegistration registration(CommandEntry{
    "run", "run the study described in a file",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      options.add_required("FILE", arguments->file, "study file (YAML or JSON)");
      options.add("SETTING", arguments->overrides,
                  "KEY=VALUE laid over the file: limits.max_trials=50 parameters.lr.max=0.1");
      arguments->session.add_to(options);
      return [arguments] { return run_study(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
