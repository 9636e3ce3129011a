// Which settings of a study with several objectives run again under fresh seeds.
#pragma once

#include <optional>
#include <vector>

#include "orchestrator/decision/finalists.hpp"
#include "searchers/numerics/dominance.hpp"

namespace winnow::run {

/// A loss for each objective; nothing: the trial has not completed, or lacks a finite value.
std::optional<search::Losses> losses_of(const std::vector<Objective>& objectives,
                                        const store::TrialRow& row);

/// Of the distinct settings on the front of the search those that it would lose most hypervolume
/// without, at most `selection.finalists`; and the baseline, which is the first. The front is that
/// of the settings that keep to the bounds; filtered: those that it does not dominate.
ChosenArms front_arms(const StudySpec& study, const std::vector<store::TrialRow>& trials);

}  // namespace winnow::run
