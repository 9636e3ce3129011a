// Everything that is known about one trial, read from its store: for people and for programs.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "storage/store.hpp"

namespace winnow::run {

/// What a trial reported of one metric; what a later attempt superseded is left out.
struct MetricSummary {
  std::string metric;
  std::int64_t reports = 0;
  double first = 0, least = 0, greatest = 0, last = 0;
  std::int64_t last_step = 0;
};

struct TrialDetails {
  store::TrialRow trial;
  std::string study;
  std::vector<MetricSummary> metrics;  // by name
  std::vector<store::AttemptRow> attempts;
  std::vector<store::AttemptCode> codes;          // of the attempts, in their order
  std::vector<store::CheckpointRow> checkpoints;  // newest first
  std::vector<store::DecisionRow> decisions;      // about this trial
  std::filesystem::path folder;                   // of the trial
};

/// `folder`: of the trial. Needs: the store has it.
TrialDetails details_of(const store::Store& store, const store::TrialRow& trial,
                        const std::filesystem::path& folder);

nlohmann::ordered_json as_json(const TrialDetails& details);
/// Several lines, its tables no wider than `width`.
std::string as_text(const TrialDetails& details, std::size_t width);

}  // namespace winnow::run
