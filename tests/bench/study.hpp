// The study that all benchmarks run: two real parameters, random search, a trial that costs next to
// nothing. Its store can be filled with finished trials through the store's own verbs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "orchestrator/config/study_config.hpp"
#include "searchers/searcher.hpp"
#include "storage/store.hpp"
#include "tests/bench/measurement.hpp"
#include "tests/bench/workplace.hpp"

namespace winnow::bench {

/// The study file's content, read. `max_trials` counts finished ones too.
run::StudyConfig study_config(const Workplace& place, std::int64_t max_trials);
store::NewStudy new_study(const run::StudyConfig& config);
std::unique_ptr<search::Searcher> new_searcher(const run::StudyConfig& config);

/// One trial as the orchestrator commits it, but for the process: asked for, added and started,
/// ended with its reports, told. Trials are numbered from 0.
class TrialWriter {
 public:
  enum class Process { recorded, none };

  /// Begins a session in `store`.
  TrialWriter(store::Store& store, const run::StudyConfig& config);
  void write_trial(std::int64_t number, Process process);

 private:
  store::Store& store_;
  const run::StudyConfig& config_;
  std::unique_ptr<search::Searcher> searcher_;
};

/// A study folder with `trials` finished trials in its store, not over.
void make_study(const std::filesystem::path& folder, const run::StudyConfig& config,
                std::int64_t trials);

/// `winnow resume` of a made study to its end.
ProcessRun resume_study(const Workplace& place, const std::filesystem::path& folder);

/// When the programs of trials `first`, `first` + 1, … started, by their own clocks (now_us()).
std::vector<std::int64_t> starts_us(const std::filesystem::path& folder, std::int64_t first);

}  // namespace winnow::bench
