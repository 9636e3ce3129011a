#include "searchers/operators/stages.hpp"

#include <utility>

#include "searchers/operators/sweep.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {

Stages::Stages(std::vector<std::unique_ptr<Searcher>> searchers)
    : searchers_(std::move(searchers)) {
  expect(!searchers_.empty(), "a stage at least");
}

std::optional<std::size_t> Stages::stage_of(const Suggestion& suggestion) const {
  const std::optional<std::uint64_t> stage = position_in(suggestion.memo);
  return stage && *stage < size() ? std::optional<std::size_t>(*stage) : std::nullopt;
}

Suggestion Stages::seen_by(std::size_t stage, const Suggestion& suggestion) const {
  Suggestion seen = suggestion;
  if (stage_of(suggestion) == stage)
    seen.memo.erase(seen.memo.begin());
  else
    seen.memo.clear();
  return seen;
}

Proposal Stages::ask(std::size_t stage, TrialNumber number,
                     std::span<const Suggestion> pending) const {
  std::vector<Suggestion> seen;
  for (const Suggestion& suggestion : pending) seen.push_back(seen_by(stage, suggestion));
  Proposal proposal = searchers_[stage]->ask({number, seen}, 1);
  for (Suggestion& suggestion : proposal.suggestions)
    suggestion.memo.insert(suggestion.memo.begin(), static_cast<double>(stage));
  return proposal;
}

void Stages::tell(const Outcome& outcome) {
  for (std::size_t stage = 0; stage < size(); ++stage) {
    Outcome seen = outcome;
    seen.suggestion = seen_by(stage, outcome.suggestion);
    searchers_[stage]->tell(seen);
  }
}

}  // namespace winnow::search
