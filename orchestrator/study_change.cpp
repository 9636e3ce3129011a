#include "orchestrator/study_change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

void collect(const std::string& path, const Json& before, const Json& after,
             std::vector<Difference>& found) {
  if (before == after) return;
  const bool are_mappings =
      (before.is_object() || before.is_null()) && (after.is_object() || after.is_null());
  if (!are_mappings) {
    found.push_back({path, before, after});
    return;
  }
  const std::string prefix = path.empty() ? "" : path + ".";
  for (const auto& [key, value] : before.items()) {
    collect(prefix + key, value, after.contains(key) ? after.at(key) : Json(), found);
  }
  for (const auto& [key, value] : after.items()) {
    if (!before.contains(key)) collect(prefix + key, Json(), value, found);
  }
}

/// A lag that nobody gave follows max_concurrent.
bool is_lag_that_follows(const Difference& difference, const StudyConfig& before,
                         const StudyConfig& after) {
  return difference.setting == "determinism.lag" &&
         difference.before == before.spec.limits.max_concurrent &&
         difference.after == after.spec.limits.max_concurrent;
}

std::string value_text(const Json& value) {
  return value.is_null() ? std::string("nothing") : terminal_text(value.dump());
}

Json record_of(const std::vector<Difference>& differences) {
  Json settings = Json::array();
  for (const Difference& each : differences) {
    settings.push_back({{"setting", each.setting}, {"before", each.before}, {"after", each.after}});
  }
  return Json{{"settings", std::move(settings)}};
}

/// What ended the search would end it elsewhere, behind the back of those who were chosen from it.
bool is_limit_of_search(const Difference& difference) {
  constexpr std::array limits = {"limits.max_trials", "limits.max_duration", "limits.max_gpu_hours",
                                 "limits.max_failed", "limits.max_initial_failures"};
  return std::ranges::find(limits, difference.setting) != limits.end();
}

/// "limits.max_trials: 8 → 20: its search is over and the selection has begun"
std::vector<Fault> come_too_late(const store::Store& store,
                                 const std::vector<Difference>& differences) {
  std::vector<Fault> faults;
  if (!selection_has_begun(store)) return faults;
  for (const Difference& each : differences) {
    if (is_limit_of_search(each)) faults.push_back({each.setting, std::string(search_is_over)});
  }
  return faults;
}

void refuse_what_may_not(const store::Store& store, const std::vector<Difference>& differences) {
  std::vector<Fault> faults = come_too_late(store, differences);
  for (const Difference& each : differences) {
    if (may_change(each)) continue;
    faults.push_back(
        {each.setting,
         fmt::format("{} was {}; a study that has begun can change its limits, its "
                     "description and which checkpoints it keeps, `winnow fork` begins "
                     "another with its results",
                     each.setting, value_text(each.before))});
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
}

/// What the study file said when the study began, or, where this program reads it otherwise by now,
/// what the store says.
StudyConfig as_it_began(const store::StudyRow& study, const StudyConfig& config) {
  try {
    return parse_study(study.config_text, study.config_path);
  } catch (const StudyFileError&) {
    return config;
  }
}

std::string ways_on(const StudyFolder& folder, const std::filesystem::path& file) {
  const std::string study = folder.as_argument();
  return fmt::format(
      "`winnow fork {} NAME --file {}` begins another study with the results so far, `winnow "
      "resume {} --as-recorded` goes on as it was",
      study, terminal_text(std::filesystem::proximate(file).string()), study);
}

[[noreturn]] void refuse_file(std::vector<Diagnostic> faults, const StudyFolder& folder,
                              const std::filesystem::path& file) {
  faults.push_back(
      {{}, "changed", "the study has begun with another file; " + ways_on(folder, file)});
  throw StudyFileError(std::move(faults), std::filesystem::proximate(file), "");
}

StudyReading read_changed_file(const StudyFolder& folder, const std::filesystem::path& file) {
  try {
    return read_study_file(file);
  } catch (const StudyFileError& error) {
    refuse_file(error.diagnostics(), folder, file);
  }
}

}  // namespace

std::string to_text(const Difference& difference) {
  return fmt::format("{}: {} → {}", difference.setting, value_text(difference.before),
                     value_text(difference.after));
}

std::vector<Difference> differences(const StudyConfig& before, const StudyConfig& after) {
  std::vector<Difference> found;
  collect("", normalised(before), normalised(after), found);
  std::erase_if(found, [&](const Difference& difference) {
    return is_lag_that_follows(difference, before, after);
  });
  return found;
}

bool selection_has_begun(const store::Store& store) {
  const std::optional<TrialNumber> last = store.last_trial();
  return last && store.trial_alone(*last)->trial.role != store::Role::search;
}

bool may_change(const Difference& difference) {
  return difference.setting == "description" || difference.setting == "executor" ||
         difference.setting.starts_with("limits.") ||
         difference.setting.starts_with("checkpoints.");
}

StudyConfig with_differences(const StudyConfig& config,
                             const std::vector<Difference>& differences) {
  Json form = normalised(config);
  for (const Difference& each : differences) {
    expect(may_change(each), "only what may change is changed");
    const std::size_t dot = each.setting.find('.');
    Json& place = dot == std::string::npos ? form : form[each.setting.substr(0, dot)];
    const std::string key = each.setting.substr(dot + 1);  // of none, npos + 1 is the beginning
    if (each.after.is_null()) {
      place.erase(key);
    } else {
      place[key] = each.after;
    }
    if (each.setting == "limits.max_trials" && !config.spec.planned_trials) {
      form["planned_trials"] = config.spec.limits.max_trials.value_or(0);
    }
  }
  // Without its keys the block is gone: all checkpoints are kept.
  if (form.contains("checkpoints") && form["checkpoints"].empty()) form.erase("checkpoints");
  StudyConfig changed = parse_study(form.dump(), config.file);
  changed.text = config.text;
  changed.spec.known_trials = config.spec.known_trials;
  changed.spec.prior_studies = config.spec.prior_studies;
  return changed;
}

StudyConfig change_settings(store::Store& store, const StudyConfig& config,
                            std::vector<std::string> settings) {
  constexpr std::array limits = {"max_trials",          "max_concurrent", "max_duration",
                                 "trial_timeout",       "max_gpu_hours",  "max_failed",
                                 "max_initial_failures"};
  for (std::string& setting : settings) {
    const std::string key = setting.substr(0, setting.find('='));
    if (std::ranges::find(limits, key) != limits.end()) setting = "limits." + setting;
  }
  const std::vector<Difference> changes = differences(config, with_settings(config, settings));
  refuse_what_may_not(store, changes);
  if (changes.empty()) return config;
  StudyConfig changed = with_differences(config, changes);
  store.change_study(normalised(changed).dump(), store.study().config_text,
                     record_of(changes).dump());
  return changed;
}

StudyConfig follow_study_file(store::Store& store, const StudyConfig& config,
                              const StudyFolder& folder, std::vector<std::string>& notes) {
  const store::StudyRow study = store.study();
  const std::filesystem::path file = study.config_path;
  std::error_code gone;
  if (!std::filesystem::exists(file, gone)) return config;
  if (study_file_text(file) == study.config_text) return config;
  const StudyReading reading = read_changed_file(folder, file);
  const StudyConfig before = as_it_began(study, config);
  const std::string shown = terminal_text(std::filesystem::proximate(file).string());
  const bool is_its_own =
      reading.config.spec.name == before.spec.name && before.spec.name == config.spec.name;
  if (!is_its_own) {  // the file of another study by now, or one of several made from it
    notes.push_back(
        fmt::format("{} has changed and describes the study {}; this one goes on as "
                    "it began",
                    shown, terminal_text(reading.config.spec.name)));
    return config;
  }
  const std::vector<Difference> changes = differences(before, reading.config);
  if (changes.empty()) return config;
  const std::vector<Fault> late = come_too_late(store, changes);
  if (!late.empty() || !std::ranges::all_of(changes, may_change)) {
    std::vector<Diagnostic> faults;
    for (const Fault& each : late) {
      faults.push_back({{}, "changed", fmt::format("{}: {}", each.place, each.message)});
    }
    for (const Difference& each : changes) {
      if (!may_change(each)) faults.push_back({{}, "changed", to_text(each)});
    }
    refuse_file(std::move(faults), folder, file);
  }
  StudyConfig changed = with_differences(config, changes);
  store.change_study(normalised(changed).dump(), reading.config.text, record_of(changes).dump());
  for (const Difference& each : changes) {
    notes.push_back(fmt::format("{} has changed: {}", shown, to_text(each)));
  }
  return changed;
}

}  // namespace winnow::run
