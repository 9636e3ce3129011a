// Local descents as a search: from the best point known, and when that descent has ended, from
// others. What a descent asks for next is its optimiser's matter (numerics/descent_queries.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "searchers/operators/population.hpp"
#include "searchers/operators/used_points.hpp"
#include "searchers/problem/coding.hpp"
#include "searchers/searcher.hpp"

namespace winnow::search {

/// Where the query after these losses is, in [0, 1]^m, for a descent that starts `at` (m numbers);
/// nothing when it has ended. A function of its arguments.
using DescentQuery = std::function<std::optional<std::vector<double>>(
    const std::vector<double>& at, std::span<const double> losses)>;

/// Only the axes `moving` move; choices, integers and what is not active stay as they were at the
/// start. The first descent starts at the best point known, later ones there too if it is new, else
/// anywhere. While the query of a descent is running the next descent begins: it never waits. What
/// failed is as bad as the worst that was seen. Memo: {descent, query, start}, 2 + d numbers; none
/// where there is nothing to descend on. Cost of an ask: one query.
class LocalDescents final : public Searcher {
 public:
  /// Needs a coding whose genomes are d numbers in [0, 1]. Where no axis moves, or a descent has
  /// ended before its first query, random points.
  LocalDescents(const SearchSpace& space, Coding coding, std::vector<std::size_t> moving,
                std::uint64_t seed, DescentQuery query);

  Proposal ask(const Context& context, int count) const override;
  void tell(const Outcome& outcome) override;

 private:
  using Genome = std::vector<double>;
  /// One descent: where it started, and what is known of its queries.
  struct Course {
    Genome start;
    std::map<std::size_t, double> told;  // losses by query
  };
  struct Memo {
    std::size_t course, query;
    Genome start;
  };

  std::optional<Memo> memo_in(const std::vector<double>& memo) const;
  Genome start_of_new(const std::map<std::size_t, Course>& courses, Rng& rng) const;
  std::optional<Suggestion> next_of(std::size_t index, const Course& course, TrialNumber number,
                                    FreePoints& free, bool& has_ended) const;

  UsedPoints used_;
  Coding coding_;
  std::vector<std::size_t> moving_;
  std::uint64_t seed_;
  DescentQuery query_;
  std::map<std::size_t, Course> courses_;
  std::map<std::string, double> losses_;  // of completed trials, by their point
  std::optional<Member> best_;
  std::optional<double> worst_;
  mutable std::set<std::size_t> ended_;  // what asks found out; more outcomes do not change it
};

}  // namespace winnow::search
