// The trial that stands for a study: the decided one, or before the end the best so far; of several
// objectives what the method's weights say, and without weights the knee of the front.
#pragma once

#include <optional>
#include <string_view>

#include "storage/store.hpp"

namespace winnow::run {

/// The newest decision of which trial is the study's; nothing before the study is over.
std::optional<store::DecisionRow> newest_decision(const store::Store& store);

/// Nothing: see no_choice.
std::optional<store::TrialRow> chosen_trial(const store::Store& store);

inline constexpr std::string_view no_choice =
    "no trial is chosen: none has completed with a value of every objective, or none is known to "
    "keep to the constraints of the selection";

}  // namespace winnow::run
