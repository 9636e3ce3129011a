// winnow resume STUDY: go on with a study that was interrupted, by whatever.
#include "orchestrator/commands/command.hpp"
#include "orchestrator/session.hpp"

namespace winnow::run {
namespace {

struct ResumeOptions {
  std::string study;
  std::optional<std::string> root;
  bool fresh = false;
  bool quiet = false;
};

ExitStatus resume_study(const ResumeOptions& options) {
  const StudyFolder folder = find_study(options.study, studies_root(options.root));
  SessionOptions session;
  if (options.fresh) session.living = Living::end;
  if (options.quiet) session.verbosity = Verbosity::quiet;
  return run_session(folder, session);
}

const CommandRegistration registration(CommandEntry{
    "resume", "go on with an interrupted study", [](CLI::App& app) -> std::function<ExitStatus()> {
      auto options = std::make_shared<ResumeOptions>();
      app.add_option("study", options->study, "name under the root, or path")->required();
      app.add_option("--root", options->root,
                     "where studies live (default WINNOW_ROOT, else ./studies)");
      app.add_flag("--fresh", options->fresh,
                   "end trials that are still running and start them again from their checkpoints");
      app.add_flag("--quiet", options->quiet, "print the result only");
      return [options] { return resume_study(*options); };
    }});

}  // namespace
}  // namespace winnow::run
