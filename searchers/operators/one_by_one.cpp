#include "searchers/operators/one_by_one.hpp"

namespace winnow::search {

Proposal one_by_one(const UsedPoints& used, const Context& context, int count,
                    const std::function<Suggestion(TrialNumber number, FreePoints& free)>& next) {
  FreePoints free(used, context.pending);
  Proposal proposal;
  for (int i = 0; i < count; ++i) {
    proposal.finished = free.exhausted();
    if (proposal.finished) break;
    proposal.suggestions.push_back(next(TrialNumber{context.next_number.value + i}, free));
  }
  proposal.reason = free.fallback();
  return proposal;
}

Proposal one_by_one(
    const UsedPoints& used, const Context& context, int count,
    const std::function<Suggestion(TrialNumber number, const std::vector<Suggestion>& pending,
                                   FreePoints& free)>& next) {
  std::vector<Suggestion> pending(context.pending.begin(), context.pending.end());
  return one_by_one(used, context, count, [&](TrialNumber number, FreePoints& free) {
    return pending.emplace_back(next(number, pending, free));
  });
}

}  // namespace winnow::search
