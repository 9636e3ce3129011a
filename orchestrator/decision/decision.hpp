// The decision of a study: which trial is chosen, and what is proven of it. A function of the study
// and its rows alone, so that a reviewer with nothing but the store gets the same record.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "searchers/problem/study.hpp"
#include "storage/records.hpp"

namespace winnow::run {

struct Decision {
  /// The trial whose checkpoint is the result. Nothing: no trial has completed.
  std::optional<TrialNumber> chosen;
  /// {"version":1,"verdict":"improved"|"not_proven"|"equivalent"|"not_tested","chosen":{…trial…},
  /// "baseline":{…},"alpha":…,"test":…,"p":…,"p_corrected":…,"effect":…,"interval":[…],"pairs":…,
  /// "reasons":[…], "arms":[…], "looks":[…] …}; what does not apply is null.
  nlohmann::ordered_json record;
};

/// Needs: all trials that the selection wants have ended.
Decision decide(const StudySpec& study, const std::vector<store::TrialRow>& trials);

/// The record for people, `width` columns wide, with the sentences of what was concluded and what
/// was not.
std::string decision_text(const nlohmann::ordered_json& record, std::size_t width);

}  // namespace winnow::run
