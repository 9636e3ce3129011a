#include "orchestrator/study_commands.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>

#include "orchestrator/fault_text.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/search_trial.hpp"
#include "orchestrator/study_change.hpp"
#include "searchers/problem/error.hpp"
#include "storage/study_lock.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

TrialNumber trial_in(const nlohmann::json& arguments) {
  return TrialNumber{arguments.value("trial", std::int64_t{-1})};
}

std::vector<std::string> words_in(const nlohmann::json& arguments, const char* name) {
  return arguments.value(name, std::vector<std::string>());
}

void refuse_if_over(const store::StudyRow& study) {
  if (!study.ending) return;
  throw ConfigError("study", fmt::format("it is over ({}); `winnow fork` begins another with its "
                                         "results",
                                         terminal_text(*study.ending)));
}

}  // namespace

Json StudyCommands::obey(const std::string& word, const nlohmann::json& arguments) {
  Json answer = Json::object();
  answer["version"] = 1;
  try {
    act(word, arguments, answer);
  } catch (const ConfigError& error) {
    return Json{{"error", fault_text(error)}};
  } catch (const nlohmann::json::type_error& error) {
    return Json{{"error", error.what()}};
  }
  answer["running"] = runner_.progress().running.size();
  return answer;
}

void StudyCommands::act(const std::string& word, const nlohmann::json& arguments, Json& answer) {
  if (word == "stop") {
    control_.advance(Stage::draining, SIGINT);
  } else if (word == "cancel") {
    control_.advance(Stage::stopping, SIGTERM);
  } else if (word == "pause" || word == "unpause") {
    control_.pause(word == "pause");
    listener_.event(word == "pause" ? "paused: no further trial starts" : "unpaused",
                    runner_.progress());
  } else if (word == "kill") {
    const TrialNumber trial = trial_in(arguments);
    answer["is_running"] = runner_.progress().running.contains(trial);
    runner_.kill(trial);
  } else if (word == "retry") {
    answer["trial"] = runner_.enqueue(point_to_retry(store_, trial_in(arguments))).value;
  } else if (word == "enqueue") {
    const Point point = point_from_words(words_in(arguments, "words"), config_.spec);
    answer["trial"] = runner_.enqueue(point).value;
  } else if (word == "set") {
    set(arguments, answer);
  } else {
    throw ConfigError(terminal_text(word), "this orchestrator does not know the word");
  }
}

void StudyCommands::set(const nlohmann::json& arguments, Json& answer) {
  const StudyConfig changed = change_settings(store_, config_, words_in(arguments, "settings"));
  answer["changed"] = Json::array();
  for (const Difference& each : differences(config_, changed)) {
    if (!may_change(each)) continue;  // planned_trials, which keeps the method's plan
    answer["changed"].push_back(to_text(each));
    listener_.event("set " + to_text(each), runner_.progress());
  }
  // The slots of this session are taken already.
  const bool is_later = changed.spec.limits.max_concurrent != config_.spec.limits.max_concurrent;
  answer["from_next_session"] = is_later;
  config_.spec.limits = changed.spec.limits;
  config_.spec.description = changed.spec.description;
  config_.spec.planned_trials = changed.spec.planned_trials;  // so that the next `set` keeps it
  runner_.limits_changed();
}

store::NewTrial next_enqueued(const store::Store& store, const StudyConfig& config,
                              const Point& point) {
  const store::StudyRow study = store.study();
  refuse_if_over(study);
  if (selection_has_begun(store)) throw ConfigError("study", std::string(search_is_over));
  const std::int64_t count = store.counts().total();
  const auto& most = config.spec.limits.max_trials;
  if (most && count - config.spec.known_trials >= *most) {
    throw ConfigError("limits.max_trials",
                      fmt::format("all {} trials were started; `winnow set STUDY max_trials={}` "
                                  "allows another",
                                  *most, *most + 1));
  }
  const Suggestion suggestion{.number = TrialNumber{count}, .point = point};
  return search_trial(suggestion, config.spec.seed, store.tells());
}

Point point_to_retry(const store::Store& store, TrialNumber trial) {
  const std::optional<store::TrialRow> row = store.trial(trial);
  if (!row) throw ConfigError("TRIAL", fmt::format("there is no trial {}", trial.value));
  if (!is_ended(row->state)) {
    throw ConfigError("TRIAL", fmt::format("trial {} is {}", trial.value, to_text(row->state)));
  }
  return row->trial.suggestion.point;
}

void cancel_queued(store::Store& store, const StudyConfig& config, TrialNumber trial) {
  const std::optional<store::TrialRow> row = store.trial(trial);
  if (!row) throw ConfigError("TRIAL", fmt::format("there is no trial {}", trial.value));
  if (row->state != TrialState::queued) {
    throw ConfigError("TRIAL", fmt::format("trial {} is {}", trial.value, to_text(row->state)));
  }
  store::TrialEndRow end{Ending::cancelled, "killed by its user", {}, std::nullopt};
  const bool is_told_now =
      row->trial.role == store::Role::search && !config.spec.determinism.is_strict();
  if (is_told_now) end.told = store.tells();
  store.end_queued_trial(trial, end);
}

Json obey_at_rest(const StudyFolder& folder, const std::string& word,
                  const nlohmann::json& arguments) {
  const store::LockAttempt lock = store::StudyLock::acquire(folder.lock());
  if (const auto* refusal = std::get_if<store::LockRefusal>(&lock)) {
    throw ConfigError("STUDY", refusal->text());
  }
  store::Store store = store::Store::open(folder.database());
  const store::StudyRow study = store.study();
  refuse_if_over(study);
  StudyConfig config = parse_stored_study(study.spec, study.config_path, folder.database());
  config.spec.known_trials = store.known_trials();
  Json answer = Json::object();
  answer["version"] = 1;
  if (word == "kill") {
    cancel_queued(store, config, trial_in(arguments));
    answer["is_running"] = false;
  } else if (word == "set") {
    const StudyConfig changed = change_settings(store, config, words_in(arguments, "settings"));
    answer["changed"] = Json::array();
    for (const Difference& each : differences(config, changed)) {
      if (may_change(each)) answer["changed"].push_back(to_text(each));
    }
    answer["from_next_session"] = false;
  } else {
    const Point point = word == "retry"
                            ? point_to_retry(store, trial_in(arguments))
                            : point_from_words(words_in(arguments, "words"), config.spec);
    const store::NewTrial trial = next_enqueued(store, config, point);
    store.add_enqueued_trial(trial);
    answer["trial"] = trial.suggestion.number.value;
  }
  answer["running"] = 0;
  return answer;
}

}  // namespace winnow::run
