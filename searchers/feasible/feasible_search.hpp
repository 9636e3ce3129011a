// Any search method in a space with rules: what it proposes and the rules do not allow is passed
// over, and it is asked again.
//
// Source: resampling, the simplest way to handle constraints (Hansen 2016, "The CMA evolution
// strategy: a tutorial", appendix B.5). Differences: after `most_asks` asks a point is drawn from
// the whole space until one is allowed, and passed off as one that came from elsewhere.
// The method is not told of the points passed over, which were never tried; during an ask they
// count as pending, so that a sweep goes on behind them and a model looks elsewhere.
// Everything is a function of the told outcomes and the suggestion number: replay is exact.
#pragma once

#include <memory>
#include <unordered_set>

#include "searchers/feasible/feasible_points.hpp"
#include "searchers/searcher.hpp"

namespace winnow::search {

class FeasibleSearch final : public Searcher {
 public:
  FeasibleSearch(std::unique_ptr<Searcher> method, const SearchSpace& space, const Rules& rules,
                 std::uint64_t seed);

  /// Throws ConfigError when no allowed point can be found.
  Proposal ask(const Context& context, int count) const override;
  std::optional<std::uint64_t> total() const override { return std::nullopt; }
  void tell(const Outcome& outcome) override;

 private:
  enum class Answer { suggested, waits, finished, passed_over };
  struct Found {
    Suggestion suggestion;
    std::string reason;  // the method's
  };
  Answer ask_method(TrialNumber number, const std::vector<Suggestion>& pending, Found& found) const;
  Answer sweep(TrialNumber number, const std::vector<Suggestion>& pending, Found& found) const;
  std::optional<Point> draw(TrialNumber number, const std::vector<Suggestion>& pending) const;

  std::unique_ptr<Searcher> method_;
  FeasiblePoints points_;
  std::optional<std::vector<Point>> listed_;  // all allowed points, where they are few
  std::unordered_set<std::string> told_;      // of the listed ones
  std::uint64_t seed_;
};

}  // namespace winnow::search
