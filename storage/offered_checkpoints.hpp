// Checkpoints with what they are worth, for who has to choose among those of many trials.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/records.hpp"
#include "storage/sqlite.hpp"

namespace winnow::store {

struct OfferedCheckpoint {
  std::int64_t id = 0;
  TrialNumber trial;
  std::int64_t step = 0;
  std::string path;
  std::optional<double> value = {};  // of the metric at its step, as it was reported last
  bool has_ended = false;            // the trial
  bool competes = false;             // it has completed
};

/// Those that are not superseded, of all trials or of one: by trial, then from the oldest to the
/// newest. `metric` is a name.
std::vector<OfferedCheckpoint> offered_checkpoints(Connection& connection, std::string_view metric,
                                                   std::optional<TrialNumber> trial = std::nullopt);

/// They are not offered any more; durable when it returns. Their folders may be deleted then.
void withdraw_checkpoints(Connection& connection, std::span<const std::int64_t> ids);

/// Of the trial, paths that were reported once and that no checkpoint on offer has.
std::vector<std::string> withdrawn_paths(Connection& connection, TrialNumber trial);

/// Trials of which there are such paths.
std::vector<TrialNumber> trials_with_withdrawn(Connection& connection);

}  // namespace winnow::store
