// winnow export STUDY --best DIR: the best trial's model as a folder that others can load and
// check; or a given trial's, or the study's tables.
#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/study_argument.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/decision/chosen_trial.hpp"
#include "orchestrator/export/checksums.hpp"
#include "orchestrator/export/exported_model.hpp"
#include "orchestrator/export/new_folder.hpp"
#include "orchestrator/export/optuna_study.hpp"
#include "orchestrator/export/tensorboard.hpp"
#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/process/system_error.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/table.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/report/trials_table.hpp"
#include "orchestrator/report/withheld.hpp"
#include "searchers/problem/error.hpp"
#include "storage/rows.hpp"

namespace winnow::run {
namespace {

struct Arguments {
  StudyArgument study;
  std::string target;
  bool best = false;
  std::optional<std::int64_t> trial;
  bool csv = false;
  bool jsonl = false;
  bool tensorboard = false;
  bool optuna = false;
};

store::TrialRow wanted_trial(const Arguments& arguments, const store::Store& store) {
  if (arguments.trial) {
    if (auto row = store.trial(TrialNumber{*arguments.trial})) return *row;
    throw ConfigError("--trial", fmt::format("the study has no trial {}; it has {} trials",
                                             *arguments.trial, store.counts().total()));
  }
  if (std::optional<store::TrialRow> best = chosen_trial(store)) return *std::move(best);
  throw ConfigError("--best", std::string(no_choice));
}

void export_model(const Arguments& arguments, const store::Store& store) {
  const StudyFolder study = arguments.study.folder();
  const store::TrialRow row = wanted_trial(arguments, store);
  const TrialNumber number = row.trial.suggestion.number;
  const std::filesystem::path checkpoint = checkpoint_to_export(store, study, number);
  NewFolder folder(arguments.target);
  write_model(store, row, checkpoint, folder.draft(), folder.work());
  write_checksums(folder.draft());
  verify_checksums(folder.draft());
  folder.publish();
  if (arguments.best && !store.study().ending) {
    fmt::print("The study is not over: trial {} is the best so far.\n", number.value);
  }
  fmt::print("trial {} exported to {}\n", number.value, terminal_text(arguments.target));
}

/// Is this row of the view one of the metric's?
bool is_of(const std::optional<std::string>& metric, const std::vector<std::string>& names,
           const std::vector<std::optional<std::string>>& cells) {
  const auto column = std::ranges::find(names, "metric") - names.begin();
  return metric && cells.at(static_cast<std::size_t>(column)) == metric;
}

void write_measurements(const store::Store& store, const std::filesystem::path& file) {
  errno = 0;
  std::ofstream stream(file, std::ios::binary);
  bool first = true;
  const std::optional<std::string> withheld = withheld_metric(store);
  store.read_view("v_measurements", [&](const std::vector<std::string>& names,
                                        const std::vector<std::optional<std::string>>& cells) {
    if (std::exchange(first, false)) stream << csv_line(names);
    if (is_of(withheld, names, cells)) return;
    std::vector<std::string> row;
    for (const std::optional<std::string>& cell : cells) row.push_back(cell.value_or(""));
    stream << csv_line(row);
  });
  // The view tells its columns with its rows; an empty study has the same header.
  if (first) stream << "trial,attempt,step,metric,value,non_finite,elapsed_s\n";
  stream.close();
  if (!stream) throw_system_error("write " + file.string());
}

void export_tables(const Arguments& arguments, const store::Store& store) {
  NewFolder folder(arguments.target);
  std::filesystem::create_directory(folder.draft());
  write_for_others(folder.draft() / "trials.csv", as_csv(trials_for_programs(shown_trials(store))));
  write_measurements(store, folder.draft() / "measurements.csv");
  folder.publish();
  fmt::print("trials.csv and measurements.csv written to {}\n", terminal_text(arguments.target));
}

// A line for each measurement, with the names of the view; what is empty there is left out.
std::string measurement_line(const std::vector<std::string>& names,
                             const std::vector<std::optional<std::string>>& cells) {
  nlohmann::ordered_json line = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!cells[i] || cells[i]->empty()) continue;
    const bool is_text = names[i] == "metric" || names[i] == "non_finite";
    const std::string name = names[i] == "non_finite" ? "value" : names[i];
    line[name] =
        is_text ? nlohmann::ordered_json(*cells[i]) : nlohmann::ordered_json::parse(*cells[i]);
  }
  return json_line(line);
}

void export_lines(const Arguments& arguments, const store::Store& store) {
  NewFolder folder(arguments.target);
  std::filesystem::create_directory(folder.draft());
  std::string trials;
  for (const store::TrialRow& row : shown_trials(store)) trials += json_line(trial_json(row));
  write_for_others(folder.draft() / "trials.jsonl", trials);
  const std::filesystem::path file = folder.draft() / "measurements.jsonl";
  errno = 0;
  std::ofstream stream(file, std::ios::binary);
  const std::optional<std::string> withheld = withheld_metric(store);
  store.read_view("v_measurements", [&](const std::vector<std::string>& names,
                                        const std::vector<std::optional<std::string>>& cells) {
    if (!is_of(withheld, names, cells)) stream << measurement_line(names, cells);
  });
  stream.close();
  if (!stream) throw_system_error("write " + file.string());
  folder.publish();
  fmt::print("trials.jsonl and measurements.jsonl written to {}\n",
             terminal_text(arguments.target));
}

void export_events(const Arguments& arguments, const store::Store& store) {
  NewFolder folder(arguments.target);
  write_tensorboard(store, folder.draft());
  folder.publish();
  fmt::print("event files written; `tensorboard --logdir {}` shows them\n",
             terminal_text(arguments.target));
}

void export_optuna(const Arguments& arguments, const store::Store& store) {
  const store::StudyRow study = store.study();
  const StudySpec spec =
      parse_stored_study(study.spec, study.config_path, arguments.study.folder().database()).spec;
  const std::int64_t trials = write_optuna_study(store, spec, arguments.target);
  fmt::print("{} trials written; optuna.load_study(study_name=\"{}\", storage=\"sqlite:///{}\")\n",
             trials, study.name, terminal_text(arguments.target));
}

ExitStatus export_study(const Arguments& arguments) {
  const int tables = arguments.csv + arguments.jsonl + arguments.tensorboard + arguments.optuna;
  if (arguments.best + arguments.trial.has_value() + tables != 1) {
    throw ConfigError("export",
                      "give one of --best, --trial N, --csv, --jsonl, --tensorboard and --optuna");
  }
  const store::Store store = arguments.study.open();
  if (arguments.optuna) {
    export_optuna(arguments, store);
  } else if (arguments.csv) {
    export_tables(arguments, store);
  } else if (arguments.jsonl) {
    export_lines(arguments, store);
  } else if (arguments.tensorboard) {
    export_events(arguments, store);
  } else {
    export_model(arguments, store);
  }
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "export", "write a trial's model or the study's tables to a new folder, or Optuna's file",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      arguments->study.add_to(options);
      options.add_required("DIR", arguments->target,
                           "folder (--optuna: file) to make; it must not exist");
      options.add_flag("--best", arguments->best,
                       "the model of the chosen trial, as `winnow best` shows it");
      options.add("--trial", arguments->trial, "the model of this trial");
      options.add_flag("--csv", arguments->csv, "trials.csv and measurements.csv");
      options.add_flag("--jsonl", arguments->jsonl,
                       "trials.jsonl and measurements.jsonl: a JSON object a line");
      options.add_flag("--tensorboard", arguments->tensorboard,
                       "event files of TensorBoard, a run for each trial");
      options.add_flag("--optuna", arguments->optuna,
                       "the search as an SQLite file that Optuna 3 opens");
      return [arguments] { return export_study(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
