#include "searchers/operators/local_descents.hpp"

#include <algorithm>
#include <utility>

#include "searchers/operators/one_by_one.hpp"
#include "searchers/operators/sampling.hpp"
#include "searchers/operators/sweep.hpp"

namespace winnow::search {

LocalDescents::LocalDescents(const SearchSpace& space, Coding coding,
                             std::vector<std::size_t> moving, std::uint64_t seed,
                             DescentQuery query)
    : used_(space),
      coding_(std::move(coding)),
      moving_(std::move(moving)),
      seed_(seed),
      query_(std::move(query)) {}

Proposal LocalDescents::ask(const Context& context, int count) const {
  std::map<std::size_t, Course> courses = courses_;
  std::map<std::size_t, bool> is_busy;
  for (const Suggestion& suggestion : context.pending)
    if (const std::optional<Memo> memo = memo_in(suggestion.memo)) {
      courses[memo->course].start = memo->start;
      is_busy[memo->course] = true;
    }
  return one_by_one(used_, context, count, [&](TrialNumber number, FreePoints& free) {
    Rng rng(seed_, number.value, "start");
    for (auto& [index, course] : courses) {
      if (is_busy[index] || ended_.contains(index)) continue;
      bool has_ended = false;
      if (auto suggestion = next_of(index, course, number, free, has_ended)) {
        is_busy[index] = true;
        return *suggestion;
      }
      if (has_ended && courses_.contains(index)) ended_.insert(index);
    }
    const std::size_t index = courses.empty() ? 0 : courses.rbegin()->first + 1;
    Course course{start_of_new(courses, rng), {}};
    is_busy[index] = true;
    bool has_ended = false;  // before it began: its number stays free for another start
    if (auto suggestion = next_of(index, course, number, free, has_ended)) {
      courses[index] = std::move(course);
      return *suggestion;
    }
    free.note_fallback("no descent has a point left to try: a random one");
    const auto draw = [&](int) { return coding_.point_of(uniform_point(coding_.dimension, rng)); };
    return Suggestion{number, free.take_drawn(draw, rng), {}, {}, {}};
  });
}

void LocalDescents::tell(const Outcome& outcome) {
  used_.add(outcome.suggestion.point);
  if (!used_.space().contains(outcome.suggestion.point)) return;
  const Standing standing = standing_of(outcome);
  const bool is_completed = standing.tier == Standing::Tier::completed;
  if (is_completed) losses_.emplace(canonical_text(outcome.suggestion.point), standing.loss);
  if (is_completed && (!best_ || standing < best_->standing))
    best_ = Member{coding_.genome_of(outcome.suggestion), standing};
  const std::optional<Memo> memo = memo_in(outcome.suggestion.memo);
  if (!memo) return;
  Course& course = courses_[memo->course];
  course.start = memo->start;
  // What failed is as bad as the worst that was seen: large enough to turn away from.
  if (is_completed) worst_ = std::max(worst_.value_or(standing.loss), standing.loss);
  course.told.emplace(memo->query, is_completed ? standing.loss : worst_.value_or(0));
}

std::optional<LocalDescents::Memo> LocalDescents::memo_in(const std::vector<double>& memo) const {
  if (memo.size() != coding_.dimension + 2) return std::nullopt;
  const std::optional<std::uint64_t> course = position_in(memo), query = position_in({memo[1]});
  const bool is_start =
      std::all_of(memo.begin() + 2, memo.end(), [](double u) { return u >= 0 && u <= 1; });
  if (!course || !query || !is_start) return std::nullopt;
  return Memo{*course, *query, Genome(memo.begin() + 2, memo.end())};
}

/// The best point where no descent began there yet, else a random one.
LocalDescents::Genome LocalDescents::start_of_new(const std::map<std::size_t, Course>& courses,
                                                  Rng& rng) const {
  const bool is_new = best_ && std::none_of(courses.begin(), courses.end(), [&](const auto& each) {
                        return each.second.start == best_->genome;
                      });
  return is_new ? best_->genome : uniform_point(coding_.dimension, rng);
}

/// The next query of a descent, unless it has ended or stands where another trial runs. Points
/// that were tried already are answered from what is known.
std::optional<Suggestion> LocalDescents::next_of(std::size_t index, const Course& course,
                                                 TrialNumber number, FreePoints& free,
                                                 bool& has_ended) const {
  if (moving_.empty()) return std::nullopt;
  std::vector<double> start, seen;
  for (const std::size_t axis : moving_) start.push_back(course.start[axis]);
  while (true) {
    if (const auto told = course.told.find(seen.size()); told != course.told.end()) {
      seen.push_back(told->second);
      continue;
    }
    const std::optional<std::vector<double>> at = query_(start, seen);
    if (!at) {
      has_ended = true;
      return std::nullopt;
    }
    Genome genome = course.start;
    for (std::size_t k = 0; k < moving_.size(); ++k)
      genome[moving_[k]] = std::clamp((*at)[k], 0.0, 1.0);
    Point point = coding_.point_of(genome);
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

}  // namespace winnow::search
