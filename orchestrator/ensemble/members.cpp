#include "orchestrator/ensemble/members.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "orchestrator/export/checkpoint_choice.hpp"
#include "orchestrator/export/exported_model.hpp"
#include "orchestrator/process/system_error.hpp"
#include "orchestrator/trainer_verb.hpp"
#include "searchers/problem/error.hpp"
#include "storage/rows.hpp"

namespace winnow::run {
namespace {

std::vector<store::TrialRow> best_trials(const store::Store& store) {
  std::vector<store::TrialRow> rows;
  std::set<std::string> seen;
  for (store::TrialRow& row : store.best(store.study().objectives.front(), -1)) {
    const bool is_new = seen.insert(canonical_text(row.trial.suggestion.point)).second;
    if (is_new) rows.push_back(std::move(row));
  }
  return rows;
}

/// Of the last decision that raced something; null where none did.
nlohmann::json raced_record(const store::Store& store) {
  nlohmann::json raced;
  for (const store::DecisionRow& decision : store.decisions()) {
    if (decision.kind != "chosen") continue;
    nlohmann::json record = nlohmann::json::parse(decision.record);
    if (record.contains("chosen_arm")) raced = std::move(record);
  }
  return raced;
}

/// The decided arm, and with `finalists` those besides that are no baseline and did not leave.
std::vector<std::size_t> arms_of(const nlohmann::json& record, MemberSource source) {
  std::vector<std::size_t> arms = {record.at("chosen_arm").get<std::size_t>()};
  if (source == MemberSource::fresh) return arms;
  for (std::size_t arm = 0; arm < record.at("arms").size(); ++arm) {
    const nlohmann::json& one = record.at("arms").at(arm);
    const bool is_staying = one.at("left_at_look").is_null() && !one.at("baseline").get<bool>();
    if (is_staying && arm != arms.front()) arms.push_back(arm);
  }
  return arms;
}

/// Trials of the race, seed by seed, so that the first few come from all arms alike; with folds
/// those of all folds.
std::vector<store::TrialRow> fresh_trials(const store::Store& store, MemberSource source) {
  std::vector<store::TrialRow> rows;
  const nlohmann::json record = raced_record(store);
  if (record.is_null()) {
    throw ConfigError(source == MemberSource::fresh ? "--fresh" : "--finalists",
                      "the study has no decided setting with trials on fresh seeds; they come from "
                      "`selection:` in the study file");
  }
  const std::vector<std::size_t> arms = arms_of(record, source);
  std::size_t most_seeds = 0;
  for (const std::size_t arm : arms) {
    most_seeds = std::max(most_seeds, record.at("arms").at(arm).at("fresh_trials").size());
  }
  for (std::size_t seed = 0; seed < most_seeds; ++seed) {
    for (const std::size_t arm : arms) {
      const nlohmann::json& trials = record.at("arms").at(arm).at("fresh_trials");
      if (seed >= trials.size()) continue;
      const nlohmann::json& of_seed = trials.at(seed);  // one trial, or one of each fold
      const nlohmann::json numbers =
          of_seed.is_array() ? of_seed : nlohmann::json::array({of_seed});
      for (const nlohmann::json& number : numbers) {
        if (!number.is_number()) continue;
        std::optional<store::TrialRow> row = store.trial(TrialNumber{number.get<std::int64_t>()});
        if (row && row->state == TrialState::completed) rows.push_back(*std::move(row));
      }
    }
  }
  return rows;
}

}  // namespace

std::vector<Member> choose_members(const store::Store& store, const StudyFolder& folder,
                                   MemberSource source, std::size_t count) {
  std::vector<Member> members;
  std::vector<store::TrialRow> rows =
      source == MemberSource::best ? best_trials(store) : fresh_trials(store, source);
  for (store::TrialRow& row : rows) {
    if (members.size() == count) break;
    const TrialNumber number = row.trial.suggestion.number;
    const CheckpointChoice choice = choose_checkpoint(store, folder, number);
    if (!choice.folder) {
      fmt::print(stderr, "winnow: trial {} is passed over: {}\n", number.value,
                 choice.refused.empty() ? "it has reported no checkpoint" : choice.refused.front());
      continue;
    }
    members.push_back({std::move(row), *choice.folder, fmt::format("trial-{:04}", number.value)});
  }
  if (members.size() < 2) {
    throw ConfigError("STUDY", fmt::format("{} finished trial{} with a usable checkpoint; an "
                                           "ensemble needs two or more",
                                           members.size(), members.size() == 1 ? "" : "s"));
  }
  return members;
}

std::filesystem::path predictions_of(const store::Store& store, const Member& member,
                                     const std::filesystem::path& model, const std::string& data,
                                     const std::filesystem::path& predictions) {
  if (!is_trainer_study(store)) {
    const std::filesystem::path file = member.checkpoint / data;
    const bool is_inside = std::filesystem::path(data).filename() == data;
    if (is_inside && std::filesystem::is_regular_file(file)) return file;
    throw ConfigError(member.name,
                      fmt::format("its checkpoint {} has no file {}; of a command's trials the "
                                  "predictions are files beside the checkpoint",
                                  member.checkpoint.string(), data));
  }
  std::vector<std::string> words = {
      "evaluate",      model.string(),
      "--data",        data,
      "--predictions", predictions.string(),
      "--threads",     std::to_string(std::max(1U, std::thread::hardware_concurrency()))};
  auto trainer = nlohmann::json::parse(store.study().spec).at("trainer");
  const auto& point = member.row.trial.suggestion.point;
  trainer.update(nlohmann::json::parse(store::point_json(point)));  // columns may be searched
  for (const auto& [key, option] :
       {std::pair("text_column", "--text-column"), std::pair("label_column", "--label-column")}) {
    if (!trainer.contains(key)) continue;
    words.push_back(option);
    words.push_back(trainer.at(key).get<std::string>());
  }
  const TrainerAnswer answer = ask_trainer(words);
  if (answer.exit_code == 0) return predictions;
  throw SystemError("evaluate " + member.name,
                    fmt::format("winnow-trainer ended with code {}", answer.exit_code));
}

}  // namespace winnow::run
