// winnow resume STUDY: go on with a study that was interrupted, by whatever.
#include "orchestrator/commands/command.hpp"
#include "orchestrator/session.hpp"

namespace winnow::run {
namespace {

struct Arguments {
  std::string study;
  std::optional<std::string> root;
  bool fresh = false;
  bool as_recorded = false;
  bool changed_files = false;
  bool take_over = false;
  bool quiet = false;
  bool json_lines = false;
  std::optional<std::int64_t> metrics;
};

ExitStatus resume_study(const Arguments& arguments) {
  const StudyFolder folder = find_study(arguments.study, studies_root(arguments.root));
  SessionOptions session;
  if (arguments.fresh) session.living = Living::end;
  if (arguments.as_recorded) session.file = StudyFileChanges::ignore;
  if (arguments.changed_files) session.inputs = ChangedInputs::accept;
  session.take_over = arguments.take_over;
  session.metrics_port = metrics_port(arguments.metrics);
  session.verbosity = verbosity_of(arguments.quiet, arguments.json_lines);
  return run_session(folder, session, store::StudyLock::acquire(folder.lock()));
}

const CommandRegistration registration(CommandEntry{
    "resume", "go on with an interrupted study",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      options.add_required("study", arguments->study, "name under the root, or path");
      options.add("--root", arguments->root,
                  "where studies live (default WINNOW_ROOT, else ./studies)");
      options.add_flag(
          "--fresh", arguments->fresh,
          "end trials that are still running and start them again from their checkpoints");
      options.add_flag("--as-recorded", arguments->as_recorded,
                       "go on as the study began, whatever its file says by now");
      options.add_flag("--changed-files", arguments->changed_files,
                       "go on although the model or the rows have changed, on record; not in "
                       "strict mode");
      options.add_flag("--take-over", arguments->take_over,
                       "go on although the last session, on another machine, has no end on "
                       "record; only when you know that it is gone");
      options.add("--metrics", arguments->metrics,
                  "answer Prometheus on this port of 127.0.0.1 (0: any), at /metrics");
      options.add_flag("--quiet", arguments->quiet, "print the result only");
      options.add_flag("--jsonl", arguments->json_lines,
                       "a JSON object for each event, a line each");
      return [arguments] { return resume_study(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
