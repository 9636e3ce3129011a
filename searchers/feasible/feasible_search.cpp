#include "searchers/feasible/feasible_search.hpp"

#include <fmt/format.h>

#include <utility>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

// Of one suggestion. A model-based ask takes up to a second, and half of the space suffices for a
// chance of 1 − 2^-32 that a random method needs no more.
constexpr std::int64_t most_asks = 32;
// Further asks for the same suggestion get numbers that no trial of a study reaches, since numbers
// key the randomness; all of them below the 2^32 positions of a Sobol sequence.
constexpr std::int64_t number_stride = std::int64_t{1} << 24;
// Of a sweep that ends: points that it is asked for at once.
constexpr int sweep_batch = 512;

}  // namespace

FeasibleSearch::FeasibleSearch(std::unique_ptr<Searcher> method, const SearchSpace& space,
                               const Rules& rules, std::uint64_t seed)
    : method_(std::move(method)), points_(space, rules), listed_(points_.all()), seed_(seed) {}

Proposal FeasibleSearch::ask(const Context& context, int count) const {
  std::vector<Suggestion> pending(context.pending.begin(), context.pending.end());
  Proposal proposal;
  for (int i = 0; i < count; ++i) {
    const TrialNumber number{context.next_number.value + i};
    Found found;
    const Answer answer =
        method_->total() ? sweep(number, pending, found) : ask_method(number, pending, found);
    Suggestion& suggestion = found.suggestion;
    proposal.finished = answer == Answer::finished;
    if (answer == Answer::waits || answer == Answer::finished) break;
    if (answer == Answer::passed_over) {
      std::optional<Point> point = draw(number, pending);
      proposal.finished = !point;
      if (!point) break;
      suggestion = {};
      suggestion.point = *std::move(point);
      found.reason = fmt::format(
          "the constraints allowed none of {} proposals in a row: one of the points that they "
          "allow, at random",
          most_asks);
    }
    suggestion.number = number;
    pending.push_back(suggestion);
    proposal.reason = std::move(found.reason);
    proposal.suggestions.push_back(std::move(suggestion));
  }
  return proposal;
}

FeasibleSearch::Answer FeasibleSearch::ask_method(TrialNumber number,
                                                  const std::vector<Suggestion>& pending,
                                                  Found& found) const {
  std::vector<Suggestion> taken = pending;  // and behind them what was passed over
  for (std::int64_t attempt = 0; attempt < most_asks; ++attempt) {
    const TrialNumber asked{number.value + attempt * number_stride};
    Proposal proposal = method_->ask({asked, taken}, 1);
    if (proposal.suggestions.empty()) {
      if (proposal.finished) return Answer::finished;
      if (taken.size() == pending.size()) return Answer::waits;
      taken.resize(pending.size());  // it waits for what will never be told
      continue;
    }
    found = {std::move(proposal.suggestions.front()), std::move(proposal.reason)};
    if (points_.allows(found.suggestion.point)) return Answer::suggested;
    taken.push_back(found.suggestion);
  }
  return Answer::passed_over;
}

FeasibleSearch::Answer FeasibleSearch::sweep(TrialNumber number,
                                             const std::vector<Suggestion>& pending,
                                             Found& found) const {
  std::vector<Suggestion> taken = pending;
  while (true) {
    Proposal proposal = method_->ask({number, taken}, sweep_batch);
    for (Suggestion& candidate : proposal.suggestions) {
      if (!points_.allows(candidate.point)) continue;
      found = {std::move(candidate), std::move(proposal.reason)};
      return Answer::suggested;
    }
    if (proposal.finished) return Answer::finished;
    if (proposal.suggestions.empty()) return Answer::waits;
    // A sweep goes on behind the farthest of what is pending.
    taken.push_back(std::move(proposal.suggestions.back()));
  }
}

std::optional<Point> FeasibleSearch::draw(TrialNumber number,
                                          const std::vector<Suggestion>& pending) const {
  Rng rng(seed_, number.value, "feasible point");
  if (!listed_) {
    std::optional<Point> point = points_.draw(rng);
    if (!point)
      throw ConfigError("constraints",
                        "no point that they allow was found among 200,000; loosen them");
    return point;
  }
  std::unordered_set<std::string> used = told_;
  for (const Suggestion& suggestion : pending) used.insert(canonical_text(suggestion.point));
  std::vector<const Point*> free;
  for (const Point& point : *listed_)
    if (!used.contains(canonical_text(point))) free.push_back(&point);
  if (free.empty()) return std::nullopt;
  return *free[rng.below(free.size())];
}

void FeasibleSearch::tell(const Outcome& outcome) {
  if (listed_) told_.insert(canonical_text(outcome.suggestion.point));
  method_->tell(outcome);
}

}  // namespace winnow::search
