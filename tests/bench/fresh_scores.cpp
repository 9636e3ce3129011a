// Is the setting that a selection chooses better than the best score of the search, on a seed that
// nobody has seen? And how long does a permutation test take?
#include <fmt/format.h>

#include <cmath>

#include "searchers/numerics/rng.hpp"
#include "searchers/problems/test_functions.hpp"
#include "searchers/registry.hpp"
#include "searchers/stats/sign_flip.hpp"
#include "tests/bench/benchmarks.hpp"
#include "tests/bench/measurement.hpp"
#include "tests/bench/simulated_study.hpp"

namespace winnow::bench {
namespace {

constexpr std::uint64_t first_seed = 1;  // study s has the seed first_seed + s

std::vector<Point> search_with(const std::string& method, const problems::TestFunction& problem,
                               const LossLaw& law, const StudySpec& study, int trials) {
  const auto searcher =
      search::make_searcher(method, {}, {problem.space, study.objectives, {}, study.seed, trials});
  std::vector<Point> points;
  for (int number = 0; number < trials; ++number) {
    const search::Proposal proposal = searcher->ask({TrialNumber{number}, {}}, 1);
    points.push_back(proposal.suggestions.front().point);
    const auto rows = search_rows(study, points, law);
    searcher->tell(
        {proposal.suggestions.front(), Ending::completed, {rows.back().values.at("loss")}, 1});
  }
  return points;
}

std::vector<Figure> fresh_scores() {
  constexpr int studies = 200, trials = 50;
  constexpr double noise = 1;  // of the seed, and again of seed and setting
  const problems::TestFunction problem = problems::test_function("conditional9");
  const LossLaw law{problem.loss, noise, noise};
  stats::Differences gains, gains_at_equal_cost;
  double spread = 0;
  int all_fresh = 0;
  for (int s = 0; s < studies; ++s) {
    StudySpec study;
    study.objectives = {{"loss"}};
    study.seed = first_seed + static_cast<std::uint64_t>(s);
    SelectionSpec selection;
    selection.objective = study.objectives.front();
    const int most = trials + (selection.finalists + 1) * selection.seeds;
    const std::vector<Point> points = search_with("tpe", problem, law, study, most);
    selection.baseline = points.front();
    study.selection = selection;
    const auto longer = search_rows(study, points, law);
    const std::vector<store::TrialRow> rows(longer.begin(), longer.begin() + trials);
    const SimulatedEnd end = run_selection(study, rows, law);
    const std::vector<store::TrialRow> same_cost(longer.begin(),
                                                 longer.begin() + trials + end.fresh_trials);
    all_fresh += end.fresh_trials;
    std::vector<double> means;
    for (const store::TrialRow& row : rows) means.push_back(law.mean(row.trial.suggestion.point));
    spread += std::sqrt(stats::variance(means)) / studies;
    const std::uint64_t unseen = search::derive_seed(study.seed, 0, "unseen");
    const auto score = [&](const Point& point) { return law.loss(point, unseen); };
    const double chosen = score(end.chosen());
    gains.values.push_back(score(least_score(study, rows).trial.suggestion.point) - chosen);
    gains_at_equal_cost.values.push_back(
        score(least_score(study, same_cost).trial.suggestion.point) - chosen);
  }
  const double p = stats::sign_flip(gains)->test.p;
  const double p_at_equal_cost = stats::sign_flip(gains_at_equal_cost)->test.p;
  fmt::print(
      "  {} studies of {} trials by tpe (conditional9, whose tried settings have an sd of "
      "{:.1f}; noise {:g} of the seed and {:g} of its own; seeds {} to {}), {} fresh trials "
      "each\n",
      studies, trials, spread, noise, noise, first_seed, first_seed + studies - 1,
      all_fresh / studies);
  fmt::print(
      "  on an unseen seed the chosen setting is better than the best score by {:.3f} (p = "
      "{}), than the best score after as many further search trials by {:.3f} (p = {})\n",
      stats::mean(gains.values), stats::p_text(p), stats::mean(gains_at_equal_cost.values),
      stats::p_text(p_at_equal_cost));
  return {{"chosen against best score, unseen seed: gain",
           "sd",
           Better::more,
           stats::mean(gains.values),
           0.0,
           {},
           {}},
          {"the same: p of the paired test", "%", Better::less, 100 * p, 5.0, {}, {}},
          {"the same, the search given as many trials more: gain",
           "sd",
           Better::more,
           stats::mean(gains_at_equal_cost.values),
           0.0,
           {},
           {}},
          {"the same: p", "%", Better::less, 100 * p_at_equal_cost, 5.0, {}, {}}};
}

std::vector<Figure> permutation_time() {
  constexpr int runs = 21, pairs = 30;
  constexpr std::int64_t resamples = 100'000;
  stats::Differences differences;
  search::Rng rng(first_seed, 0, "differences");
  for (int i = 0; i < pairs; ++i) differences.values.push_back(rng.normal() + 0.3);
  std::vector<double> times_ms;
  double sum_of_p = 0;  // printed, so that nothing is optimised away
  for (std::uint64_t run = 0; run < runs; ++run) {
    stats::SignFlipQuestion question;
    question.effort = stats::Effort::monte_carlo;
    question.sampling = {resamples, run};
    const std::int64_t began_us = now_us();
    sum_of_p += stats::sign_flip(differences, question)->test.p;
    times_ms.push_back(static_cast<double>(now_us() - began_us) * 1e-3);
  }
  const double median_ms = median(times_ms);
  fmt::print("  sign flips: {} resamples of {} pairs in {:.2f} ms (median of {}, mean p {:.4f})\n",
             resamples, pairs, median_ms, runs, sum_of_p / runs);
  return {{"permutation test, 10^5 resamples of 30 pairs",
           "ms",
           Better::less,
           median_ms,
           15.0,
           {},
           {}}};
}

}  // namespace

std::vector<Figure> measure_fresh_scores(const Workplace&) {
  fmt::print("the chosen setting on seeds that nobody has seen\n");
  std::vector<Figure> all = fresh_scores();
  for (Figure& figure : permutation_time()) all.push_back(std::move(figure));
  return all;
}

}  // namespace winnow::bench
