#include "searchers/operators/sweep.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace winnow::search {

std::optional<std::uint64_t> position_in(const std::vector<double>& memo) {
  constexpr double exact_integers = 0x1p53;
  if (memo.empty()) return std::nullopt;
  const double position = memo[0];
  const bool is_position =
      position >= 0 && position < exact_integers && std::floor(position) == position;
  return is_position ? std::optional(static_cast<std::uint64_t>(position)) : std::nullopt;
}

Proposal SampleSweep::ask(const Context& context, int count, const Sequence& sequence,
                          const std::vector<double>& memo_tail) const {
  std::uint64_t position = next_position_;
  for (const Suggestion& suggestion : context.pending)
    if (const auto pending = position_in(suggestion.memo))
      position = std::max(position, *pending + 1);

  FreePoints free(used_, context.pending);
  Proposal proposal;
  for (std::int64_t number = context.next_number.value;
       proposal.suggestions.size() < static_cast<std::size_t>(count); ++number) {
    if (repeats_ == Repeats::avoided && free.exhausted()) {
      proposal.finished = true;
      break;
    }
    Point point = sequence(position++);
    if (repeats_ == Repeats::avoided) {
      int draws = 1;
      while (!free.take(point) && draws++ < most_draws) point = sequence(position++);
      if (draws > most_draws) {
        Rng rng(seed_, number, "free point");
        point = free.take_any(rng).value_or(point);
      }
    }
    Suggestion suggestion{TrialNumber{number}, std::move(point), {}, {}, {}};
    suggestion.memo.push_back(static_cast<double>(position - 1));
    suggestion.memo.insert(suggestion.memo.end(), memo_tail.begin(), memo_tail.end());
    proposal.suggestions.push_back(std::move(suggestion));
  }
  return proposal;
}

void SampleSweep::tell(const Outcome& outcome) {
  if (const auto position = position_in(outcome.suggestion.memo))
    next_position_ = std::max(next_position_, *position + 1);
  if (repeats_ == Repeats::avoided) used_.add(outcome.suggestion.point);
}

}  // namespace winnow::search
