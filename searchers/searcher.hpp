// The contract between a search method and the rest of the world: ask for points, tell how they
// turned out. A searcher never evaluates, prints, waits, reads a clock or stores anything.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "searchers/problem/trial.hpp"

namespace winnow::search {

/// What an ask may depend on besides the told outcomes. `pending`: suggested, not yet told, in
/// order of number. Lives for the length of the call.
struct Context {
  TrialNumber next_number;
  std::span<const Suggestion> pending;
};

/// Fewer suggestions than asked for and not finished: wait for a pending outcome, then ask again.
struct Proposal {
  std::vector<Suggestion> suggestions;  // numbers next_number, next_number + 1, …
  bool finished = false;                // nothing will ever be proposed again
  std::string reason = {};  // why the search goes on as it does now, for people; often empty
};

/// Proposes points and learns how they turned out.
///
/// A searcher's state is a function of how it was made (space, objectives, options, seed) and of
/// the outcomes it was told, in order. ask() is const: asking twice gives the same answer, and a
/// crash between ask and tell loses nothing. Resuming is: make it again, tell it the past.
class Searcher {
 public:
  virtual ~Searcher() = default;

  /// Up to `count` suggestions. Randomness comes only from (seed, suggestion number, purpose). May
  /// take long; touches nothing outside.
  virtual Proposal ask(const Context& context, int count) const = 0;

  /// How many suggestions there will be in all, where that is known from the start: the points of a
  /// grid. Nothing: as many as are asked for, or as the space has points.
  virtual std::optional<std::uint64_t> total() const { return std::nullopt; }

  /// Takes in one ended trial. Any order, any ending, also points it never asked for (warm start).
  virtual void tell(const Outcome& outcome) = 0;
};

}  // namespace winnow::search
