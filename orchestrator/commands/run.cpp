// winnow run FILE: make the study and run it.
#include <fmt/format.h>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/new_study.hpp"
#include "orchestrator/session.hpp"
#include "orchestrator/study_holder.hpp"

namespace winnow::run {
namespace {

struct RunOptions {
  std::string file;
  std::optional<std::string> root;
  bool quiet = false;
};

ExitStatus run_study(const RunOptions& options) {
  const StudyReading reading = read_study_file(options.file);
  fmt::print(stderr, "{}", warnings_text(reading));
  const StudyConfig& config = reading.config;
  const StudyFolder folder(studies_root(options.root) / config.spec.name);
  if (std::optional<store::LockHolder> holder = living_orchestrator(folder)) {
    const store::LockRefusal refusal{folder.lock(), std::move(holder)};
    fmt::print(stderr, "winnow: error: {}\n", refusal.text());
    return ExitStatus::locked;
  }
  create_study(config, folder);
  SessionOptions session;
  if (options.quiet) session.verbosity = Verbosity::quiet;
  return run_session(folder, session);
}

const CommandRegistration registration(CommandEntry{
    "run", "run the study described in a file", [](CLI::App& app) -> std::function<ExitStatus()> {
      auto options = std::make_shared<RunOptions>();
      app.add_option("file", options->file, "study file (YAML or JSON)")->required();
      app.add_option("--root", options->root,
                     "where studies live (default WINNOW_ROOT, else ./studies)");
      app.add_flag("--quiet", options->quiet, "print the result only");
      return [options] { return run_study(*options); };
    }});

}  // namespace
}  // namespace winnow::run
