// winnow best STUDY: the best trial so far, and where its checkpoint is. With several objectives
// that is the best by the weights of the method, or the knee of the front where it has none.
#include <fmt/format.h>

#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/study_argument.hpp"
#include "orchestrator/decision/chosen_trial.hpp"
#include "orchestrator/decision/pareto_front.hpp"
#include "orchestrator/export/checkpoint_choice.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/numbers.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/report/withheld.hpp"

namespace winnow::run {
namespace {

struct Arguments {
  StudyArgument study;
  bool json = false;
};

void print_json(const std::optional<store::TrialRow>& row, const CheckpointChoice& checkpoint,
                const std::string& rule) {
  nlohmann::ordered_json answer = nlohmann::ordered_json::object();
  answer["version"] = 1;
  if (!rule.empty()) answer["rule"] = rule;
  answer["trial"] = nullptr;
  if (row) {
    answer["trial"] = trial_json(*row);
    answer["trial"]["checkpoint"] = nullptr;
    if (checkpoint.folder) answer["trial"]["checkpoint"] = checkpoint.folder->string();
  }
  fmt::print("{}", json_line(answer));
}

void print_text(const store::TrialRow& row, const CheckpointChoice& checkpoint,
                const store::StudyRow& study, const std::string& rule) {
  fmt::print("trial {}\n", row.trial.suggestion.number.value);
  for (const auto& [metric, value] : row.values) {
    fmt::print("  {} = {}\n", terminal_text(metric), number_text(value));
  }
  for (const auto& [name, value] : row.trial.suggestion.point.entries()) {
    fmt::print("  {}: {}\n", name, terminal_text(to_text(value)));
  }
  fmt::print("  seed {}, {}\n", row.trial.seed, elapsed_text(row.elapsed_s));
  fmt::print("  checkpoint: {}\n",
             checkpoint.folder ? terminal_text(checkpoint.folder->string()) : "none");
  if (rule.empty()) return;
  fmt::print("{} of {} objectives; `winnow pareto {}` shows the front.\n",
             rule == "knee" ? "The knee of the front" : "The best by the method's weights",
             study.objectives.size(), terminal_text(study.name));
}

// Why this trial and no other of a front; empty for a single objective.
std::string rule_of(const store::Store& store, const store::StudyRow& study) {
  if (study.objectives.size() < 2) return "";
  return compromise_trial(store) ? "weights" : "knee";
}

ExitStatus show_best(const Arguments& arguments) {
  const StudyFolder folder = arguments.study.folder();
  const store::Store store = arguments.study.open();
  const store::StudyRow study = store.study();
  std::optional<store::TrialRow> row = chosen_trial(store);
  if (row) row = shown_trial(store, *std::move(row));
  CheckpointChoice checkpoint;
  if (row) checkpoint = choose_checkpoint(store, folder, row->trial.suggestion.number);
  for (const std::string& refused : checkpoint.refused) fmt::print(stderr, "winnow: {}\n", refused);
  if (arguments.json) {
    print_json(row, checkpoint, rule_of(store, study));
  } else if (row) {
    print_text(*row, checkpoint, study, rule_of(store, study));
  } else {
    fmt::print(stderr, "winnow: {}\n", no_choice);
  }
  return row ? ExitStatus::ok : ExitStatus::study_failed;
}

const CommandRegistration registration(CommandEntry{
    "best", "show the chosen trial (the best so far, while the study runs) and its checkpoint",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      arguments->study.add_to(options);
      options.add_flag("--json", arguments->json, "one JSON object");
      return [arguments] { return show_best(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
