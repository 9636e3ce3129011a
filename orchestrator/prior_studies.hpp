// What other studies found out about a problem like this one, as knowledge of where to look: read
// when a study is made, kept in its own store, and from then on read from there. The others may go
// on, change or be removed; resume and replay see what was seen first.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "orchestrator/config/study_config.hpp"
#include "storage/store.hpp"

namespace winnow::run {

struct TakenPriors {
  std::vector<PriorStudy> studies;     // as StudySpec has them, with their trials
  std::vector<std::string> records;    // of each of them, for the store
  std::vector<std::string> sentences;  // what was taken and what was not, for people
};

/// Reads the studies that `config` names: a folder or store of winnow's, a study file (its study
/// under `root`), or the name of a study under `root`; paths start at the file's folder. Their
/// spaces need not be the same: parameters that this one has not are left out, its own have their
/// defaults where the others had none. Throws ConfigError where there is no such study, or nothing
/// in it that says something about this one; StoreError.
TakenPriors take_prior_studies(const StudyConfig& config, const std::filesystem::path& root);

/// Those that a study's store holds. Throws ConfigError when they are not the ones of `spec`.
std::vector<PriorStudy> recorded_prior_studies(const store::Store& store, const StudySpec& spec);

}  // namespace winnow::run
