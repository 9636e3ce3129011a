// A study as an SQLite file that Optuna's RDBStorage opens: the layout of Optuna 3.0 and 3.1, which
// later versions upgrade.
//
// What Optuna has no word for: scales by distance to 1 or by quantiles, and steps on a logarithmic
// scale, become plain ranges; a constant becomes a choice of one; metrics that are no objective,
// the seed and why a trial ended are user attributes. Fresh trials of a selection stay behind: to
// Optuna they would be further guesses.
#pragma once

#include <filesystem>

#include "searchers/problem/study.hpp"
#include "storage/store.hpp"

namespace winnow::run {

/// Returns how many trials were written. Throws ConfigError where `file` exists, StoreError where
/// it cannot be written.
std::int64_t write_optuna_study(const store::Store& store, const StudySpec& spec,
                                const std::filesystem::path& file);

}  // namespace winnow::run
