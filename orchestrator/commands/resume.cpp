// winnow resume STUDY: go on with a study that was interrupted, by whatever.
#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/session_arguments.hpp"

namespace winnow::run {
namespace {

struct Arguments {
  std::string study;
  bool fresh = false;
  bool as_recorded = false;
  bool changed_files = false;
  bool take_over = false;
  SessionArguments session;
};

ExitStatus resume_study(const Arguments& arguments) {
  SessionOptions session = arguments.session.session();
  const StudyFolder folder = find_study(arguments.study, studies_root(arguments.session.root));
  if (arguments.fresh) session.living = Living::end;
  if (arguments.as_recorded) session.file = StudyFileChanges::ignore;
  if (arguments.changed_files) session.inputs = ChangedInputs::accept;
  session.take_over = arguments.take_over;
  return run_session(folder, session, store::StudyLock::acquire(folder.lock()));
}

const CommandRegistration registration(CommandEntry{
    "resume", "go on with an interrupted study",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      options.add_required("STUDY", arguments->study,
                           "name of a study, or path to its folder or its study.db");
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
      arguments->session.add_to(options);
      return [arguments] { return resume_study(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
