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
  return proposal;
}

}  // namespace winnow::search
