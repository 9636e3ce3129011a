// Which finished trials of a study become members of an ensemble, and their models in its folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "orchestrator/study_folder.hpp"
#include "storage/store.hpp"

namespace winnow::run {

enum class MemberSource {
  best,   // trials of the search with different settings, the best by the study's first objective
  fresh,  // the decided setting under its fresh seeds: bagging over seeds and orders of the data
  finalists,  // the same of every finalist that stayed in the race, seed by seed, the decided first
};

struct Member {
  store::TrialRow row;
  std::filesystem::path checkpoint;
  std::string name;  // "trial-0007", of its folder too
};

/// At most `count`; those without a checkpoint that can be used are passed over, and standard error
/// says so. Throws ConfigError: fewer than two are left, or fresh ones and nothing was raced.
std::vector<Member> choose_members(const store::Store& store, const StudyFolder& folder,
                                   MemberSource source, std::size_t count);

/// A file with the member's predictions of the rows in `data`. Of the embedded trainer: `model`
/// (its exported folder) is run on that file, and `predictions` is written. Of any other program:
/// `data` is the name of a file that the trial wrote to its checkpoint folder. Throws ConfigError,
/// SystemError.
std::filesystem::path predictions_of(const store::Store& store, const Member& member,
                                     const std::filesystem::path& model, const std::string& data,
                                     const std::filesystem::path& predictions);

}  // namespace winnow::run
