#include "orchestrator/checkpoint_retention.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <map>
#include <system_error>

#include "orchestrator/process/beneath.hpp"
#include "orchestrator/process/system_error.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

namespace fs = std::filesystem;
using store::OfferedCheckpoint;

/// The newest first; those without a finite value are left out.
std::vector<const OfferedCheckpoint*> ranked(const std::vector<const OfferedCheckpoint*>& all,
                                             const Objective& objective) {
  std::vector<const OfferedCheckpoint*> ranked;
  for (const OfferedCheckpoint* each : all) {
    if (each->value && std::isfinite(*each->value)) ranked.push_back(each);
  }
  std::ranges::reverse(ranked);
  std::ranges::stable_sort(ranked, {}, [&objective](const OfferedCheckpoint* each) {
    return to_loss(objective, *each->value);
  });
  return ranked;
}

void keep_first(const std::vector<const OfferedCheckpoint*>& all, int count,
                std::set<std::int64_t>& kept) {
  const auto end = std::min<std::ptrdiff_t>(count, std::ssize(all));
  for (std::ptrdiff_t i = 0; i < end; ++i) kept.insert(all[static_cast<std::size_t>(i)]->id);
}

/// Deletes `name` in the trial's checkpoint folder; no link leads out of the study on the way, and
/// of one in it only the link is deleted.
std::error_code delete_checkpoint(const StudyFolder& study, TrialNumber trial,
                                  const std::string& name) {
  try {
    const store::OwnedFd folder = open_beneath(study.path(), study.checkpoints(trial));
    std::error_code error;
    fs::remove_all(fs::path(fmt::format("/proc/self/fd/{}", folder.value())) / name, error);
    return error;
  } catch (const SystemError& error) {
    return error.code() == ENOENT ? std::error_code()
                                  : std::error_code(error.code(), std::generic_category());
  }
}

}  // namespace

std::vector<OfferedCheckpoint> superfluous(const std::vector<OfferedCheckpoint>& offered,
                                           const CheckpointPolicy& policy,
                                           const Objective& objective) {
  std::map<TrialNumber, std::vector<const OfferedCheckpoint*>> by_trial;
  std::vector<const OfferedCheckpoint*> competing;
  for (const OfferedCheckpoint& each : offered) {
    by_trial[each.trial].push_back(&each);
    if (each.competes) competing.push_back(&each);
  }
  std::set<std::int64_t> kept;
  keep_first(ranked(competing, objective), policy.best_overall, kept);
  for (auto& [trial, own] : by_trial) {
    keep_first(ranked(own, objective), policy.best_per_trial, kept);
    std::ranges::reverse(own);
    keep_first(own, policy.latest_per_trial, kept);
  }
  std::vector<OfferedCheckpoint> rest;
  std::ranges::copy_if(offered, std::back_inserter(rest),
                       [&kept](const OfferedCheckpoint& each) { return !kept.contains(each.id); });
  return rest;
}

CheckpointRetention::CheckpointRetention(store::Store& store, const StudyConfig& config,
                                         const StudyFolder& folder,
                                         const std::set<TrialNumber>& running)
    : store_(store), config_(config), folder_(folder) {
  if (!config_.checkpoints) return;
  for (const TrialNumber trial : store::trials_with_withdrawn(store_.connection())) {
    if (running.contains(trial)) continue;
    for (const std::string& path : store::withdrawn_paths(store_.connection(), trial)) {
      delete_checkpoint(folder_, trial, path);
    }
  }
}

std::vector<OfferedCheckpoint> CheckpointRetention::offered_by(TrialNumber trial) const {
  return store::offered_checkpoints(store_.connection(), config_.spec.objectives.front().metric,
                                    trial);
}

void CheckpointRetention::read_ended() {
  ended_.emplace();
  for (OfferedCheckpoint& each :
       store::offered_checkpoints(store_.connection(), config_.spec.objectives.front().metric)) {
    if (each.has_ended) ended_->push_back(std::move(each));
  }
}

std::vector<std::string> CheckpointRetention::trial_ended(TrialNumber trial) {
  if (!config_.checkpoints) return {};
  if (!ended_) {
    read_ended();  // with those of this trial
  } else {
    std::ranges::move(offered_by(trial), std::back_inserter(*ended_));
  }
  const std::vector<OfferedCheckpoint> rest =
      superfluous(*ended_, *config_.checkpoints, config_.spec.objectives.front());
  std::erase_if(*ended_, [&rest](const OfferedCheckpoint& each) {
    return std::ranges::find(rest, each.id, &OfferedCheckpoint::id) != rest.end();
  });
  return remove(rest);
}

std::vector<std::string> CheckpointRetention::trial_reported(
    TrialNumber trial, const std::optional<std::string>& resumed_from) {
  const bool is_ours = std::holds_alternative<CommandProgram>(config_.program);
  if (!config_.checkpoints || !is_ours) return {};
  if (!ended_) read_ended();
  std::vector<OfferedCheckpoint> own = offered_by(trial);
  if (own.empty()) return {};
  for (OfferedCheckpoint& each : own) each.competes = true;  // it may yet complete
  const std::int64_t newest = own.back().id;
  std::vector<OfferedCheckpoint> all = *ended_;
  std::ranges::move(own, std::back_inserter(all));
  std::vector<OfferedCheckpoint> rest =
      superfluous(all, *config_.checkpoints, config_.spec.objectives.front());
  std::erase_if(rest, [&](const OfferedCheckpoint& each) {
    return each.trial != trial || each.id == newest || each.path == resumed_from;
  });
  return remove(rest);
}

/// Off the record first: nobody is offered a folder that is half deleted.
std::vector<std::string> CheckpointRetention::remove(
    const std::vector<OfferedCheckpoint>& checkpoints) {
  if (checkpoints.empty()) return {};
  std::vector<std::int64_t> ids;
  for (const OfferedCheckpoint& each : checkpoints) ids.push_back(each.id);
  store::withdraw_checkpoints(store_.connection(), ids);
  std::vector<std::string> problems;
  for (const OfferedCheckpoint& each : checkpoints) {
    const std::error_code error = delete_checkpoint(folder_, each.trial, each.path);
    if (!error) continue;
    problems.push_back(fmt::format("checkpoint {} of trial {} is not deleted: {}",
                                   terminal_text(each.path), each.trial.value, error.message()));
  }
  return problems;
}

}  // namespace winnow::run
