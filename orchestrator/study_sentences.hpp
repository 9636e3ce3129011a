// A study in a few words for people: how large its space is, what it optimises, what ends it,
// how its winner is proven.
#pragma once

#include <string>

#include "searchers/problem/study.hpp"

namespace winnow::run {

/// "3 parameters, 27 distinct points". Needs: the study's method can be made.
std::string space_sentence(const StudySpec& spec);
/// "minimises height and maximises speed"
std::string objective_sentence(const std::vector<Objective>& objectives);
/// "at most 20 trials, 2 at once, 10s a trial"
std::string limits_sentence(const Limits& limits);
/// "the winner is proven by sign_flip on 10 fresh seeds, at most 40 further trials"
std::string selection_sentence(const SelectionSpec& selection);

}  // namespace winnow::run
