// When one stage of a search gives way to the next: after so many trials of its own, or after so
// many without a better one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "searchers/operators/stages.hpp"
#include "searchers/operators/standing.hpp"

namespace winnow::search {

/// The end of a stage; 0 means that this is no reason to end it.
struct StageEnd {
  std::int64_t trials = 0;    // of the stage itself, pending ones counted
  std::int64_t patience = 0;  // ended trials of the stage since the last that was best of all
};

/// Follows a history. The last stage never ends by these.
class StageSchedule {
 public:
  explicit StageSchedule(std::vector<StageEnd> ends)
      : ends_(std::move(ends)), told_(ends_.size()), since_best_(ends_.size()) {}

  /// `stage`: of the outcome's suggestion, where it has one.
  void tell(std::optional<std::size_t> stage, const Standing& standing);

  std::size_t size() const { return ends_.size(); }
  /// Ended trials of a stage.
  std::int64_t told(std::size_t stage) const { return told_[stage]; }

  /// The first stage that has not ended. `pending`: trials that run, by stage.
  std::size_t present(std::span<const std::int64_t> pending) const;

 private:
  std::vector<StageEnd> ends_;
  std::vector<std::int64_t> told_, since_best_;  // by stage
  Standing best_;
};

/// How many of the pending suggestions are of each stage. `stage_of`: as for ask_in_stages.
std::vector<std::int64_t> running_in_stages(const Stages& searchers, const StageSchedule& schedule,
                                            std::span<const Suggestion> pending,
                                            std::span<const std::size_t> stage_of = {});

/// Of which searcher the next suggestion of a stage is, where a stage has several.
using StageTurns = std::function<std::size_t(std::size_t stage, TrialNumber number)>;

/// `count` suggestions, each of the stage that is present by then. A stage that has nothing left to
/// propose gives way to the next; finished when the last one has. `stage_of`: the stage of each
/// searcher; `turns`: one of its searchers. Without them every searcher is a stage of its own.
Proposal ask_in_stages(const Stages& searchers, const StageSchedule& schedule,
                       const Context& context, int count,
                       std::span<const std::size_t> stage_of = {}, const StageTurns& turns = {});

}  // namespace winnow::search
