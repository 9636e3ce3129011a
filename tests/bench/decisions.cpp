// What selections announce, held against a known truth: how often they err, how often they find,
// and what they spend.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "orchestrator/decision/selection_plan.hpp"
#include "searchers/numerics/rng.hpp"
#include "tests/bench/benchmarks.hpp"
#include "tests/bench/simulated_study.hpp"

namespace winnow::bench {
namespace {

constexpr std::uint64_t first_seed = 1;  // study s has the seed first_seed + s
constexpr double requested_power = 0.8;
const double alpha_percent = 100 * SelectionSpec().alpha;

/// One standard deviation of a paired difference, in those of a trial's own noise.
const double pair_sd = std::sqrt(2.0);

/// Settings are numbers x; what they are worth is the law's business.
Point setting(double x) { return Point({{"x", x}}); }
double x_of(const Point& point) { return std::get<double>(*point.find("x")); }

StudySpec study_of(std::uint64_t seed, const SelectionSpec& selection) {
  StudySpec study;
  study.objectives = {{"loss"}};
  study.seed = seed;
  study.selection = selection;
  study.selection->objective = study.objectives.front();
  return study;
}

/// The default first, as in a study whose parameters have one, then random settings.
std::vector<Point> searched_points(std::uint64_t seed, int trials) {
  std::vector<Point> points = {setting(0)};
  search::Rng rng(seed, 0, "settings");
  while (std::ssize(points) < trials) points.push_back(setting(rng.uniform() + 0x1p-54));
  return points;
}

double percent(int count, int of) { return 100.0 * count / of; }

Figure share(const std::string& what, double percent, Better better, std::optional<double> reach) {
  return {what, "%", better, percent, reach, {}, {}};
}

// --- nothing to find
// ------------------------------------------------------------------------------

std::vector<Figure> null_studies() {
  constexpr int studies = 1000, trials = 50;
  const LossLaw law{[](const Point&) { return 0.0; }};
  SelectionSpec selection;
  selection.baseline = setting(0);
  int announced = 0, by_arg_max = 0;
  for (int s = 0; s < studies; ++s) {
    const StudySpec study = study_of(first_seed + static_cast<std::uint64_t>(s), selection);
    const auto rows = search_rows(study, searched_points(study.seed, trials), law);
    by_arg_max += least_score(study, rows).trial.suggestion.point != selection.baseline;
    const SimulatedEnd end = run_selection(study, rows, law);
    announced += end.claim.verdict == run::VerdictWord::improved;
  }
  fmt::print(
      "  {} null studies of {} trials, seeds {} to {}: {} improvements announced; the best "
      "score was not the default's in {}\n",
      studies, trials, first_seed, first_seed + studies - 1, announced, by_arg_max);
  return {share("null studies: improvements announced", percent(announced, studies), Better::less,
                alpha_percent),
          share("null studies: improvements by arg-max", percent(by_arg_max, studies), Better::more,
                90)};
}

// --- races
// ----------------------------------------------------------------------------------------

struct RaceShape {
  double lead = 0;  // of the first finalist, in standard deviations of a paired difference
  int finalists = 6;
  bool has_baseline = false;
};

struct RaceTally {
  double erred = 0, same_winner = 0, usage = 0;  // percent
};

/// Finalists and, where there is one, a baseline like those that do not lead.
RaceTally run_races(const RaceShape& shape, int races) {
  constexpr int seeds = 20;
  const LossLaw law{
      [&](const Point& point) { return x_of(point) == 1 ? -shape.lead * pair_sd : 0.0; }};
  SelectionSpec raced;
  raced.finalists = shape.finalists;
  raced.seeds = seeds;
  if (shape.has_baseline) raced.baseline = setting(0);
  SelectionSpec all_seeds = raced;
  all_seeds.looks = 0;
  std::vector<Point> points;
  for (int arm = 1; arm <= shape.finalists; ++arm) points.push_back(setting(arm));
  int erred = 0, same = 0, used = 0, available = 0;
  for (int r = 0; r < races; ++r) {
    const StudySpec study = study_of(first_seed + static_cast<std::uint64_t>(r), raced);
    const auto rows = search_rows(study, points, law);
    const SimulatedEnd end = run_selection(study, rows, law);
    const SimulatedEnd full = run_selection(study_of(study.seed, all_seeds), rows, law);
    const auto mean_of = [&](std::size_t arm) { return law.mean(end.finalists.arms[arm].point); };
    bool is_wrong = false;
    for (const run::RaceLook& look : end.race.looks) {
      for (const stats::Elimination& loss : look.losses) {
        is_wrong |= mean_of(loss.loser) <= mean_of(loss.winner);
      }
    }
    erred += is_wrong;
    same += end.chosen() == full.chosen();
    used += end.fresh_trials;
    available += full.fresh_trials;
  }
  return {percent(erred, races), percent(same, races), percent(used, available)};
}

std::vector<Figure> races() {
  constexpr int races = 4000;
  fmt::print("  {} races a row, 20 seeds, four looks, seeds {} to {}\n", races, first_seed,
             first_seed + races - 1);
  double most_erred = 0, least_same = 100;
  std::vector<Figure> usage;
  // Six arms, six with a baseline among them, and a baseline besides.
  for (const auto& [finalists, has_baseline] :
       {std::pair(6, false), std::pair(5, true), std::pair(6, true)}) {
    for (const double lead : {0.0, 0.25, 0.5, 1.0, 2.0, 3.0}) {
      const RaceTally tally = run_races({lead, finalists, has_baseline}, races);
      const std::string name = fmt::format("{} finalists{}, leader ahead by {:g} sd", finalists,
                                           has_baseline ? " and a baseline" : "", lead);
      fmt::print(
          "  {:<50} lost to one that is no better {:3.1f} %, same winner {:5.1f} %, "
          "trials used {:5.1f} %\n",
          name, tally.erred, tally.same_winner, tally.usage);
      most_erred = std::max(most_erred, tally.erred);
      least_same = std::min(least_same, tally.same_winner);
      const std::optional<double> reach = lead >= 2 ? std::optional(60.0) : std::nullopt;
      usage.push_back(share(name + ": trials used", tally.usage, Better::less, reach));
    }
  }
  std::vector<Figure> figures = {
      share("races in which an arm lost to one that is no better, at most", most_erred,
            Better::less, alpha_percent),
      share("races with the same winner as with all seeds, at least", least_same, Better::more,
            95)};
  figures.insert(figures.end(), usage.begin(), usage.end());
  return figures;
}

// --- something to find
// ----------------------------------------------------------------------------

std::vector<Figure> power() {
  constexpr int studies = 2000, trials = 50;
  SelectionSpec selection;
  selection.baseline = setting(0);
  selection.power = PowerRequest{requested_power, 1};
  selection.seeds = static_cast<int>(*run::seeds_needed(selection));
  // A tenth of the settings is better than the rest, among which the default is.
  const LossLaw rare{[](const Point& point) { return x_of(point) > 0.9 ? -pair_sd : 0.0; }};
  int found = 0, found_after_search = 0, wrong = 0;
  for (int s = 0; s < studies; ++s) {
    const StudySpec study = study_of(first_seed + static_cast<std::uint64_t>(s), selection);
    const std::vector<Point> finalists = {setting(0.1), setting(0.2), setting(1)};
    const SimulatedEnd given = run_selection(study, search_rows(study, finalists, rare), rare);
    found += given.claim.verdict == run::VerdictWord::improved && given.chosen() == setting(1);
    const auto rows = search_rows(study, searched_points(study.seed, trials), rare);
    const SimulatedEnd searched = run_selection(study, rows, rare);
    if (searched.claim.verdict != run::VerdictWord::improved) continue;
    (x_of(searched.chosen()) > 0.9 ? found_after_search : wrong) += 1;
  }
  fmt::print(
      "  {} studies, {} seeds for a power of {}, seeds {} to {}: a finalist better by one "
      "standard deviation proven in {}; from a search of {} trials, a tenth of the "
      "settings being that good, in {}, and one that is no better in {}\n",
      studies, selection.seeds, requested_power, first_seed, first_seed + studies - 1, found,
      trials, found_after_search, wrong);
  return {share("a finalist better by 1 sd: proven", percent(found, studies), Better::more,
                100 * requested_power),
          share("the same, the search of 50 trials included", percent(found_after_search, studies),
                Better::more, {})};
}

}  // namespace

std::vector<Figure> measure_decisions(const Workplace&) {
  fmt::print("decisions on simulated scores\n");
  std::vector<Figure> all;
  for (auto measure : {null_studies, races, power}) {
    for (Figure& figure : measure()) all.push_back(std::move(figure));
  }
  return all;
}

}  // namespace winnow::bench
