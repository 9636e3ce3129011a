#include "searchers/operators/finite_sweep.hpp"

#include <algorithm>

#include "searchers/operators/sweep.hpp"

namespace winnow::search {

Proposal FiniteSweep::next(const Context& context, int count) const {
  std::uint64_t position = next_position_;
  std::unordered_set<std::string> foreign;
  for (const Suggestion& suggestion : context.pending) {
    if (const auto own = own_position(suggestion))
      position = std::max(position, *own + 1);
    else
      foreign.insert(canonical_text(suggestion.point));
  }
  Proposal proposal;
  for (; position < size_; ++position) {
    if (proposal.suggestions.size() == static_cast<std::size_t>(count)) return proposal;
    Point point = point_at_(position);
    if (!foreign_.empty() || !foreign.empty()) {
      const std::string text = canonical_text(point);
      if (foreign_.contains(text) || foreign.contains(text)) continue;
    }
    const auto ahead = static_cast<std::int64_t>(proposal.suggestions.size());
    proposal.suggestions.push_back({TrialNumber{context.next_number.value + ahead},
                                    std::move(point),
                                    {},
                                    {},
                                    {static_cast<double>(position)}});
  }
  proposal.finished = proposal.suggestions.size() < static_cast<std::size_t>(count);
  return proposal;
}

void FiniteSweep::tell(const Outcome& outcome) {
  if (const auto own = own_position(outcome.suggestion))
    next_position_ = std::max(next_position_, *own + 1);
  else
    foreign_.insert(canonical_text(outcome.suggestion.point));
}

std::optional<std::uint64_t> FiniteSweep::own_position(const Suggestion& suggestion) const {
  const std::optional<std::uint64_t> position = position_in(suggestion.memo);
  const bool is_own = position && *position < size_ && point_at_(*position) == suggestion.point;
  return is_own ? position : std::nullopt;
}

}  // namespace winnow::search
