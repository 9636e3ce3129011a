// The held-out metric of a study's selection: nobody is to choose by it, so it is shown in the
// decision and nowhere else. The store holds it with the others.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/store.hpp"

namespace winnow::run {

/// Nothing: the study has no selection, or no such metric.
std::optional<std::string> withheld_metric(const store::Store& store);

/// The trial, the trials of the study, without that metric's values.
store::TrialRow shown_trial(const store::Store& store, store::TrialRow row);
std::vector<store::TrialRow> shown_trials(const store::Store& store);

}  // namespace winnow::run
