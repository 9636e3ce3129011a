// The trial that stands for a study: the decided one, or before the end the best so far; of several
// objectives what the method's weights say, and without weights the knee of the front.
#pragma once

#include <optional>

#include "storage/store.hpp"

namespace winnow::run {

/// Nothing: no search trial has completed with a value of every objective.
std::optional<store::TrialRow> chosen_trial(const store::Store& store);

}  // namespace winnow::run
