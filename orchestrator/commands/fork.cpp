// winnow fork STUDY NAME [KEY=VALUE …]: a new study that knows what another has found out.
#include <fmt/format.h>

#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/knowing_study.hpp"
#include "orchestrator/commands/study_argument.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/trainer_check.hpp"

namespace winnow::run {
namespace {

struct Arguments {
  StudyArgument study;
  std::string name;
  std::vector<std::string> settings;
  std::optional<std::string> file;
};

StudyConfig config_of(const Arguments& arguments, const store::StudyRow& study,
                      const StudyFolder& folder) {
  std::vector<std::string> settings = arguments.settings;
  settings.push_back("name=\"" + arguments.name + "\"");
  if (arguments.file) {
    StudyReading reading = read_study_file(*arguments.file, settings);
    check_trainer_inputs(reading);
    fmt::print(stderr, "{}", warnings_text(reading));
    return std::move(reading.config);
  }
  StudyConfig old = parse_stored_study(study.spec, study.config_path, folder.database());
  old.spec.planned_trials.reset();  // the fork's method plans for the fork's trials
  StudyReading reading{with_settings(old, settings), study.config_path, {}};
  check_trainer_inputs(reading);
  fmt::print(stderr, "{}", warnings_text(reading));
  reading.config.text = study.config_text;
  return std::move(reading.config);
}

ExitStatus fork_study(const Arguments& arguments) {
  const StudyFolder old_folder = arguments.study.folder();
  const store::Store old_store = arguments.study.open();
  const StudyConfig config = config_of(arguments, old_store.study(), old_folder);
  const Knowledge knowledge =
      knowledge_of(past_trials(old_store), config.spec, "study " + old_store.study().name);
  return begin_knowing(config, arguments.study.root, knowledge);
}

const CommandRegistration registration(CommandEntry{
    "fork", "begin a new study that knows the results of another",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      arguments->study.add_to(options);
      options.add_required("NAME", arguments->name, "of the new study");
      options.add("SETTING", arguments->settings,
                  "KEY=VALUE laid over it: parameters.lr.max=0.1 limits.max_trials=50");
      options.add("--file", arguments->file,
                  "the new study's file (default: the old study as it is now)");
      return [arguments] { return fork_study(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
