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

std::vector<Suggestion> SampleSweep::next(TrialNumber first, std::span<const Suggestion> pending,
                                          int count, const Sequence& sequence,
                                          const std::vector<double>& memo_tail) const {
  std::uint64_t position = next_position_;
  for (const Suggestion& suggestion : pending)
    if (const auto taken = position_in(suggestion.memo)) position = std::max(position, *taken + 1);

  FreePoints free(used_, pending);
  std::vector<Suggestion> suggestions;
  for (int i = 0; i < count; ++i) {
    if (repeats_ == Repeats::avoided && free.exhausted()) break;
    const TrialNumber number{first.value + i};
    Point point = sequence(position++);
    if (repeats_ == Repeats::avoided) {
      int draws = 1;
      while (!free.take(point) && draws++ < most_draws) point = sequence(position++);
      if (draws > most_draws) {
        Rng rng(seed_, number.value, "free point");
        point = free.take_any(rng).value_or(point);
      }
    }
    std::vector<double> memo = {static_cast<double>(position - 1)};
    memo.insert(memo.end(), memo_tail.begin(), memo_tail.end());
    suggestions.push_back({number, std::move(point), {}, {}, std::move(memo)});
  }
  return suggestions;
}

void SampleSweep::tell(const Outcome& outcome) {
  if (const auto position = position_in(outcome.suggestion.memo))
    next_position_ = std::max(next_position_, *position + 1);
  if (repeats_ == Repeats::avoided) used_.add(outcome.suggestion.point);
}

}  // namespace winnow::search
