// Samples of distributions that learn by generations, as suggestions: which run and which
// generation's distribution a sample is from, and where it lay before it became a point.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "searchers/operators/standing.hpp"
#include "searchers/operators/used_points.hpp"
#include "searchers/problem/coding.hpp"
#include "searchers/searcher.hpp"

namespace winnow::search {

/// d numbers, any: the coding knows how they become a point. Suggestions have it in their memo:
/// {run, generation, genome}.
struct DrawnSample {
  std::int64_t run = 0;
  std::int64_t generation = 0;  // of the distribution it was drawn from
  std::vector<double> genome;
};

/// What a suggestion's memo says; nothing where it is none of these, or not of that point.
std::optional<DrawnSample> sample_in(const Suggestion& suggestion, const Coding& coding);

/// `count` suggestions by `draw`, each with random numbers of its own: drawn again while its point
/// is taken, a little scattered then; in the end any free point. They all are of `run` and
/// `generation`.
Proposal ask_samples(const UsedPoints& used, const Context& context, int count, std::uint64_t seed,
                     const Coding& coding, std::int64_t run, std::int64_t generation,
                     const std::function<std::vector<double>(Rng&)>& draw);

/// A sample whose trial has ended.
struct RankedSample {
  std::vector<double> genome;
  Standing standing;
  std::int64_t generation;

  friend bool is_better(const RankedSample& a, const RankedSample& b) {
    return a.standing < b.standing;
  }
};

}  // namespace winnow::search
