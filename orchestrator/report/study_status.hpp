// Where a study stands, read from its store: the same facts for people and for programs.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "storage/store.hpp"
#include "storage/study_lock.hpp"

namespace winnow::run {

struct RunningAttempt {
  store::AttemptRow row;
  std::int64_t step = 0;
  std::optional<double> latest;  // of the first objective
};

/// The orchestrator that is at work on the study, and for how long.
struct LivingSession {
  store::LockHolder orchestrator;
  double run_time_s = 0;
};

struct StudyStatus {
  store::StudyRow study;
  store::TrialCounts counts;
  std::optional<store::TrialRow> best;
  std::vector<RunningAttempt> running;
  std::optional<LivingSession> session;
  double run_time_s = 0;  // of all sessions, the living one included
};

StudyStatus status_of(const store::Store& store, std::optional<LivingSession> session);

nlohmann::ordered_json as_json(const StudyStatus& status);
/// Several lines, no wider than `width`.
std::string as_text(const StudyStatus& status, std::size_t width);

}  // namespace winnow::run
