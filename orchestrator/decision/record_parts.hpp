// Parts that the records of all decisions share.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "orchestrator/decision/finalists.hpp"
#include "orchestrator/decision/race.hpp"

namespace winnow::run {

/// Where nothing is tested: every field of a tested decision, null.
nlohmann::ordered_json untested_record(const std::string& reason);

nlohmann::ordered_json trial_or_null(const std::vector<store::TrialRow>& trials,
                                     const std::optional<TrialNumber>& number);

/// {"baseline":…,"params":{…},"search_trial":…,"search_value":…,"fresh_trials":[…],
/// "fresh_values":[…],"mean":…,"sd":…,"mean_cost":…,"left_at_look":…}: of the selection's metric.
nlohmann::ordered_json arm_json(const SelectionSpec& selection, const Finalists& finalists,
                                std::size_t arm, const RaceState& race);

/// [low, high]

/// The trial that stands for an arm: of the search, else the first fresh one that completed.
std::optional<TrialNumber> trial_of(const Finalists& finalists, std::size_t arm);

}  // namespace winnow::run
