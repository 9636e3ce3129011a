// What tests of search methods need: a study in miniature that asks, evaluates and tells.
#pragma once

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "searchers/registry.hpp"

namespace winnow::search {

inline std::unique_ptr<Searcher> made(const std::string& method, const SearchSpace& space,
                                      const std::map<std::string, Value>& options = {},
                                      std::uint64_t seed = 1,
                                      std::optional<std::int64_t> max_trials = 40) {
  return make_searcher(method, options, {space, {{"loss"}}, {}, seed, max_trials});
}

/// A deterministic stand-in for an evaluation: any finite number that depends on the whole point.
inline double loss_of(const Point& point) {
  double loss = 0;
  for (char c : canonical_text(point)) loss = std::fmod(31 * loss + c, 1009);
  return loss / 1009;
}

inline Outcome completed(const Suggestion& suggestion) {
  return {suggestion, Ending::completed, {loss_of(suggestion.point)}, 1.0};
}

/// Asks one by one, telling each before the next, until `most` suggestions or the end.
inline std::vector<Suggestion> run(Searcher& searcher, int most, std::int64_t first_number = 0) {
  std::vector<Suggestion> all;
  while (static_cast<int>(all.size()) < most) {
    const TrialNumber next{first_number + static_cast<std::int64_t>(all.size())};
    const Proposal proposal = searcher.ask({next, {}}, 1);
    if (proposal.suggestions.empty()) break;
    all.push_back(proposal.suggestions[0]);
    searcher.tell(completed(all.back()));
  }
  return all;
}

inline Suggestion foreign(std::int64_t number, Point point) {
  return {TrialNumber{number}, std::move(point)};
}

}  // namespace winnow::search
