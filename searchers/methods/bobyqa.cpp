// Local descents from the best points: a quadratic model in a trust region (BOBYQA), or L-BFGS with
// gradients by differences. To finish a search of a smooth function; alone, from several starts.
//
// Sources: Powell (2009), "The BOBYQA algorithm for bound constrained optimization without
// derivatives"; Nocedal (1980), "Updating quasi-Newton matrices with limited storage"; both
// NLopt's, see numerics/descent_queries.hpp. Only continuous parameters move; choices, integers and
// what is not active stay as they were at the start. The first descent starts at the best point
// known, later ones there too if it is new, else anywhere. While the query of a descent is running
// the next descent begins: it never waits. Memo: {descent, query, start}, 2 + d numbers; none where
// there is nothing to descend on. Cost: O(q² d²) in the q queries of a descent.

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "searchers/encoding/genome.hpp"
#include "searchers/numerics/descent_queries.hpp"
#include "searchers/operators/one_by_one.hpp"
#include "searchers/operators/population.hpp"
#include "searchers/operators/sampling.hpp"
#include "searchers/operators/sweep.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

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

class Bobyqa final : public Searcher {
 public:
  explicit Bobyqa(const Setup& setup)
      : cube_(setup.space),
        used_(setup.space),
        seed_(setup.seed),
        first_step_(setup.options.real("first_step")),
        least_step_(setup.options.real("least_step")) {
    for (std::size_t j = 0; j < cube_.dimension(); ++j)
      if (!cardinality(cube_.space().parameters()[cube_.parameter(j)].domain)) moving_.push_back(j);
  }

  Proposal ask(const Context& context, int count) const override {
    std::map<std::size_t, Course> courses = courses_;
    std::map<std::size_t, bool> is_busy;
    for (const Suggestion& suggestion : context.pending)
      if (const std::optional<Memo> memo = memo_in(suggestion.memo)) {
        courses[memo->course].start = memo->start;
        is_busy[memo->course] = true;
      }
    return one_by_one(used_, context, count, [&](TrialNumber number, FreePoints& free) {
      Rng rng(seed_, number.value, "start");
      for (auto& [index, course] : courses)
        if (!is_busy[index] && !ended_.contains(index))
          if (auto suggestion = next_of(index, course, number, free)) {
            is_busy[index] = true;
            return *suggestion;
          }
      const std::size_t index = courses.empty() ? 0 : courses.rbegin()->first + 1;
      Course course{start_of_new(courses, rng), {}};
      is_busy[index] = true;
      if (auto suggestion = next_of(index, course, number, free)) {
        courses[index] = std::move(course);
        return *suggestion;
      }
      const auto draw = [&](int) { return cube_.decode(uniform_point(cube_.dimension(), rng)); };
      return Suggestion{number, free.take_drawn(draw, rng), {}, {}, {}};
    });
  }

  void tell(const Outcome& outcome) override {
    used_.add(outcome.suggestion.point);
    if (!cube_.space().contains(outcome.suggestion.point)) return;
    const Standing standing = standing_of(outcome);
    const bool is_completed = standing.tier == Standing::Tier::completed;
    if (is_completed) losses_.emplace(canonical_text(outcome.suggestion.point), standing.loss);
    if (is_completed && (!best_ || standing < best_->standing))
      best_ = Member{genome_of(cube_, outcome.suggestion, seed_), standing};
    const std::optional<Memo> memo = memo_in(outcome.suggestion.memo);
    if (!memo) return;
    Course& course = courses_[memo->course];
    course.start = memo->start;
    // What failed is as bad as the worst that was seen: large enough to turn away from.
    if (is_completed) worst_ = std::max(worst_.value_or(standing.loss), standing.loss);
    course.told.emplace(memo->query, is_completed ? standing.loss : worst_.value_or(0));
  }

 private:
  std::optional<Memo> memo_in(const std::vector<double>& memo) const {
    if (memo.size() != cube_.dimension() + 2) return std::nullopt;
    const std::optional<std::uint64_t> course = position_in(memo), query = position_in({memo[1]});
    const bool is_start =
        std::all_of(memo.begin() + 2, memo.end(), [](double u) { return u >= 0 && u <= 1; });
    if (!course || !query || !is_start) return std::nullopt;
    return Memo{*course, *query, Genome(memo.begin() + 2, memo.end())};
  }

  bool can_descend() const { return moving_.size() >= 2; }

  /// The best point where no descent began there yet, else a random one.
  Genome start_of_new(const std::map<std::size_t, Course>& courses, Rng& rng) const {
    const bool is_new =
        best_ && std::none_of(courses.begin(), courses.end(),
                              [&](const auto& each) { return each.second.start == best_->genome; });
    return is_new ? best_->genome : uniform_point(cube_.dimension(), rng);
  }

  /// The next query of a descent, unless it has ended or stands where another trial runs. Points
  /// that were tried already are answered from what is known.
  std::optional<Suggestion> next_of(std::size_t index, const Course& course, TrialNumber number,
                                    FreePoints& free) const {
    if (!can_descend()) return std::nullopt;
    DescentStart start{{}, first_step_, least_step_};
    for (const std::size_t axis : moving_) start.at.push_back(course.start[axis]);
    std::vector<double> seen;
    while (true) {
      if (const auto told = course.told.find(seen.size()); told != course.told.end()) {
        seen.push_back(told->second);
        continue;
      }
      const std::optional<std::vector<double>> at = next_query(start, seen);
      if (!at) {
        ended_.insert(index);
        return std::nullopt;
      }
      Genome genome = course.start;
      for (std::size_t k = 0; k < moving_.size(); ++k)
        genome[moving_[k]] = std::clamp((*at)[k], 0.0, 1.0);
      Point point = cube_.decode(genome);
      if (const auto known = losses_.find(canonical_text(point)); known != losses_.end()) {
        seen.push_back(known->second);
        continue;
      }
      if (!free.take(point)) return std::nullopt;
      std::vector<double> memo = {static_cast<double>(index), static_cast<double>(seen.size())};
      memo.insert(memo.end(), course.start.begin(), course.start.end());
      return Suggestion{number, std::move(point), {}, {}, std::move(memo)};
    }
  }

  UnitCube cube_;
  UsedPoints used_;
  std::uint64_t seed_;
  double first_step_, least_step_;
  std::vector<std::size_t> moving_;  // axes without a finite number of values
  std::map<std::size_t, Course> courses_;
  std::map<std::string, double> losses_;  // of completed trials, by their point
  std::optional<Member> best_;
  std::optional<double> worst_;
  mutable std::set<std::size_t> ended_;  // what asks found out; more outcomes do not change it
};

const SearcherRegistration registration({
    .name = "bobyqa",
    .summary = "local descents from the best points, by quadratic models",
    .citation = "Powell (2009), The BOBYQA algorithm for bound constrained optimization without "
                "derivatives",
    .capabilities = {.multi_objective = false},
    .options = {{"first_step", Real{1e-6, 0.5, Scale::log}, 0.1,
                 "radius of the first model, as a part of each range"},
                {"least_step", Real{1e-12, 0.1, Scale::log}, 1e-7,
                 "a descent ends where steps have become shorter than this"}},
    .make = [](const Setup& setup) { return std::make_unique<Bobyqa>(setup); },
});

}  // namespace
}  // namespace winnow::search
