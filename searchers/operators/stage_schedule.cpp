#include "searchers/operators/stage_schedule.hpp"

namespace winnow::search {

void StageSchedule::tell(std::optional<std::size_t> stage, const Standing& standing) {
  const bool is_best = standing < best_;
  if (is_best) best_ = standing;
  if (!stage) return;
  ++told_[*stage];
  const std::int64_t patience = ends_[*stage].patience;
  std::int64_t& since_best = since_best_[*stage];
  if (patience > 0 && since_best >= patience) return;  // ended: for good
  since_best = is_best ? 0 : since_best + 1;
}

std::size_t StageSchedule::present(std::span<const std::int64_t> pending) const {
  std::size_t stage = 0;
  for (; stage + 1 < ends_.size(); ++stage) {
    const auto [trials, patience] = ends_[stage];
    const bool is_used_up = trials > 0 && told_[stage] + pending[stage] >= trials;
    const bool is_stuck = patience > 0 && since_best_[stage] >= patience;
    if (!is_used_up && !is_stuck) break;
  }
  return stage;
}

std::vector<std::int64_t> running_in_stages(const Stages& searchers, const StageSchedule& schedule,
                                            std::span<const Suggestion> pending,
                                            std::span<const std::size_t> stage_of) {
  std::vector<std::int64_t> running(schedule.size());
  for (const Suggestion& suggestion : pending)
    if (const std::optional<std::size_t> searcher = searchers.stage_of(suggestion))
      ++running[stage_of.empty() ? *searcher : stage_of[*searcher]];
  return running;
}

Proposal ask_in_stages(const Stages& searchers, const StageSchedule& schedule,
                       const Context& context, int count, std::span<const std::size_t> stage_of,
                       const StageTurns& turns) {
  std::vector<Suggestion> pending(context.pending.begin(), context.pending.end());
  std::vector<std::int64_t> running = running_in_stages(searchers, schedule, pending, stage_of);
  Proposal all;
  for (int i = 0; i < count; ++i) {
    const TrialNumber number{context.next_number.value + i};
    Proposal proposal{{}, true};
    std::size_t stage = schedule.present(running);
    for (; stage < schedule.size(); ++stage) {
      proposal = searchers.ask(turns ? turns(stage, number) : stage, number, pending);
      if (!proposal.finished) break;
    }
    all.finished = proposal.finished;
    if (proposal.suggestions.empty()) break;
    all.reason = std::move(proposal.reason);
    ++running[stage];
    pending.push_back(proposal.suggestions[0]);
    all.suggestions.push_back(std::move(proposal.suggestions[0]));
  }
  return all;
}

}  // namespace winnow::search
