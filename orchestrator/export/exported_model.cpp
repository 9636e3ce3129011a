#include "orchestrator/export/exported_model.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "orchestrator/decision/chosen_trial.hpp"
#include "orchestrator/decision/decision.hpp"
#include "orchestrator/export/checkpoint_choice.hpp"
#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/process/system_error.hpp"
#include "orchestrator/report/numbers.hpp"
#include "orchestrator/report/withheld.hpp"
#include "orchestrator/trainer_verb.hpp"
#include "storage/rows.hpp"

namespace winnow::run {
namespace {

constexpr std::size_t card_columns = 120;

// "minimised `eval_loss`", "minimised `eval_loss` and maximised `eval_accuracy`".
std::string goals_text(const std::vector<Objective>& objectives) {
  std::vector<std::string> goals;
  for (const Objective& objective : objectives) {
    goals.push_back(fmt::format(
        "{} `{}`", objective.direction == Direction::minimize ? "minimised" : "maximised",
        objective.metric));
  }
  return fmt::format("{}", fmt::join(goals, " and "));
}

// What is proven of the trial, in the words of `winnow decide`; nothing of one that is not chosen.
std::string proof_text(const store::Store& store, TrialNumber trial) {
  const std::optional<store::DecisionRow> decision = newest_decision(store);
  if (!decision || decision->trial != trial) return "";
  const auto record = nlohmann::ordered_json::parse(decision->record);
  return fmt::format("\n## Decision\n\n```text\n{}```\n", decision_text(record, card_columns));
}

// The first words of a model's card, in Markdown.
std::string model_introduction(const store::Store& store, const store::TrialRow& row) {
  const store::StudyRow study = store.study();
  const auto spec = nlohmann::json::parse(study.spec);
  const store::TrialCounts counts = store.counts();
  std::string text = fmt::format("# {}\n\n", study.name);
  if (const std::string description = spec.value("description", ""); !description.empty()) {
    text += description + "\n\n";
  }
  text += fmt::format(
      "Trial {} of a hyperparameter search with winnow {}: method {}, {} trials, of which {} "
      "completed; the search {}.\n\n## Search result\n\n| metric | value |\n|---|---|\n",
      row.trial.suggestion.number.value, study.winnow_version, spec.value("method", ""),
      counts.total(), counts.completed, goals_text(study.objectives));
  const store::TrialRow shown = shown_trial(store, row);
  for (const auto& [metric, value] : shown.values) {
    text += fmt::format("| {} | {} |\n", metric, number_text(value));
  }
  text += "\n| parameter | value |\n|---|---|\n";
  for (const auto& [name, value] : row.trial.suggestion.point.entries()) {
    text += fmt::format("| {} | {} |\n", name, to_text(value));
  }
  text += fmt::format("\nSeed {}.\n", row.trial.seed);
  return text + proof_text(store, row.trial.suggestion.number);
}

void export_trained(const store::Store& store, const store::TrialRow& row,
                    const std::filesystem::path& checkpoint, const std::filesystem::path& target,
                    const std::filesystem::path& work) {
  const std::filesystem::path card = work / "introduction.md";
  write_file(card, model_introduction(store, row));
  const TrainerAnswer answer = ask_trainer({"export", "--checkpoint", checkpoint.string(), "--out",
                                            target.string(), "--card", card.string()});
  if (answer.exit_code == 0) return;
  throw SystemError("export " + checkpoint.string(),
                    fmt::format("winnow-trainer ended with code {}", answer.exit_code));
}

// A link would be followed out of the trial's folder, or lead nowhere from the export.
void copy_checkpoint(const std::filesystem::path& checkpoint, const std::filesystem::path& draft) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(checkpoint)) {
    if (entry.is_symlink() || !(entry.is_regular_file() || entry.is_directory())) {
      throw SystemError("export " + entry.path().string(), "only files and folders are exported");
    }
  }
  std::filesystem::copy(checkpoint, draft, std::filesystem::copy_options::recursive);
}

}  // namespace

bool is_trainer_study(const store::Store& store) {
  return nlohmann::json::parse(store.study().spec).contains("trainer");
}

std::filesystem::path checkpoint_to_export(const store::Store& store, const StudyFolder& folder,
                                           TrialNumber trial) {
  const CheckpointChoice choice = choose_checkpoint(store, folder, trial);
  for (const std::string& refused : choice.refused) fmt::print(stderr, "winnow: {}\n", refused);
  if (choice.folder) return *choice.folder;
  throw SystemError(fmt::format("export trial {}", trial.value),
                    choice.refused.empty() ? "it has reported no checkpoint"
                                           : "none of its checkpoints can be used");
}

void write_model(const store::Store& store, const store::TrialRow& row,
                 const std::filesystem::path& checkpoint, const std::filesystem::path& target,
                 const std::filesystem::path& work) {
  if (is_trainer_study(store)) {
    export_trained(store, row, checkpoint, target, work);
  } else {
    copy_checkpoint(checkpoint, target);
  }
}

}  // namespace winnow::run
