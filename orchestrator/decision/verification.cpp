#include "orchestrator/decision/verification.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>

#include "orchestrator/conclusion.hpp"
#include "orchestrator/decision/decision.hpp"
#include "orchestrator/decision/finalists.hpp"
#include "orchestrator/report/json_forms.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

/// Records of earlier builds do not have them.
bool is_later_field(const std::string& name) {
  constexpr std::array<std::string_view, 4> later = {"effect_interval", "failed_chosen",
                                                     "failed_baseline", "dropped_pairs"};
  return std::ranges::find(later, name) != later.end();
}

/// The order of fields does not matter.
void compare_records(const Json& stored, const Json& computed, std::vector<Discrepancy>& found) {
  for (const auto& [name, value] : computed.items()) {
    const bool is_recorded = stored.contains(name);
    if (is_recorded ? stored.at(name) == value : is_later_field(name)) continue;
    found.push_back({"decision." + name, stored.value(name, Json()), value});
  }
  for (const auto& [name, value] : stored.items()) {
    if (!computed.contains(name)) found.push_back({"decision." + name, value, Json()});
  }
}

Json number_or_null(const std::optional<TrialNumber>& trial) {
  return trial ? Json(trial->value) : Json();
}

/// The trials of the search that the record names.
std::set<std::int64_t> searched_trials(const Decision& decision) {
  std::set<std::int64_t> numbers;
  if (decision.chosen) numbers.insert(decision.chosen->value);
  for (const Json& arm : decision.record.value("arms", Json::array())) {
    if (arm.at("search_trial").is_number()) {
      numbers.insert(arm.at("search_trial").get<std::int64_t>());
    }
  }
  return numbers;
}

/// What was reported; what only the machine knows (seconds, bytes) and what came from another study
/// has no reports.
void compare_values(const StudySpec& study, const store::Store& store, const store::TrialRow& row,
                    std::vector<Discrepancy>& found) {
  const TrialNumber number = row.trial.suggestion.number;
  for (const auto& [metric, reported] : trial_values(store, study.objectives, number, {})) {
    const auto stored = row.values.find(metric);
    const bool is_same =
        stored != row.values.end() &&
        (stored->second == reported || (std::isnan(stored->second) && std::isnan(reported)));
    if (is_same) continue;
    found.push_back({fmt::format("trial {} {}", number.value, metric),
                     stored == row.values.end() ? Json() : number_json(stored->second),
                     number_json(reported)});
  }
}

void compare_seeds(const StudySpec& study, const store::TrialRow& row,
                   std::vector<Discrepancy>& found) {
  const FreshSeeds seeds = fresh_seeds(study, row.trial.replicate);
  const auto compare = [&](const char* name, std::uint64_t stored, std::uint64_t derived) {
    if (stored == derived) return;
    found.push_back(
        {fmt::format("trial {} {}", row.trial.suggestion.number.value, name), stored, derived});
  };
  compare("seed", row.trial.seed, seeds.seed);
  compare("data_seed", row.trial.data_seed, seeds.data_seed);
}

}  // namespace

std::vector<Discrepancy> discrepancies(const StudySpec& study, const store::Store& store,
                                       const store::DecisionRow& decision) {
  const std::vector<store::TrialRow> trials = store.trials();
  const Decision computed = decide(study, trials);
  std::vector<Discrepancy> found;
  // Through text, as the stored one came: 3 and 3.0 are the same number there.
  compare_records(Json::parse(decision.record), Json::parse(computed.record.dump()), found);
  if (decision.trial != computed.chosen) {
    found.push_back(
        {"the chosen trial", number_or_null(decision.trial), number_or_null(computed.chosen)});
  }
  const std::set<std::int64_t> searched = searched_trials(computed);
  for (const store::TrialRow& row : trials) {
    const bool is_fresh = row.trial.role != store::Role::search;
    if (is_fresh) compare_seeds(study, row, found);
    const bool is_evidence = is_fresh || searched.contains(row.trial.suggestion.number.value);
    if (is_evidence && row.state == TrialState::completed) {
      compare_values(study, store, row, found);
    }
  }
  return found;
}

}  // namespace winnow::run
