// Does the race drop arms wrongly more often than its level says, and what does it save? Simulates
// races of paired losses (common seeds move all arms alike) with looks after every few seeds, and
// prints the share of races in which an arm was dropped for one that is no better, by pattern of
// means, test and spending; and how the race compares with giving every arm all seeds.
//
//   race_error [STUDIES [SEED]]

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "searchers/numerics/rng.hpp"
#include "searchers/stats/error_control/alpha_spending.hpp"
#include "searchers/stats/error_control/elimination.hpp"
#include "searchers/stats/sign_flip.hpp"
#include "searchers/stats/student_t.hpp"

namespace {

using namespace winnow;

constexpr double alpha = 0.05;
constexpr std::size_t seeds = 20;
using Looks = std::vector<std::size_t>;  // numbers of seeds after which arms may go

struct Pattern {
  std::string name;
  std::vector<double> means;  // in standard deviations of an arm's own noise; small is good
};

struct Race {
  bool erred = false;           // dropped an arm for one that is no better
  std::size_t winner = 0;       // least mean of those left
  std::size_t trials = 0;       // arms × seeds used
  std::size_t full_winner = 0;  // least mean with all seeds for all arms
};

double normal_draw(search::Rng& rng) {
  return boost::math::quantile(boost::math::normal(), rng.uniform() + 0x1p-54);  // never 0
}

// losses[arm][seed]: the arm's mean, what the seed does to all arms, and the arm's own noise. A
// difference of two arms has √2 of the own noise's deviation.
std::vector<std::vector<double>> losses_of(const Pattern& pattern, std::uint64_t seed, int study) {
  search::Rng rng(seed, study, "race");
  std::vector<std::vector<double>> losses(pattern.means.size(), std::vector<double>(seeds));
  for (std::size_t k = 0; k < seeds; ++k) {
    const double common = 3 * normal_draw(rng);
    for (std::size_t arm = 0; arm < losses.size(); ++arm)
      losses[arm][k] = pattern.means[arm] + common + normal_draw(rng);
  }
  return losses;
}

std::size_t least_mean(const std::vector<stats::Arm>& arms) {
  return std::min_element(arms.begin(), arms.end(),
                          [](const stats::Arm& a, const stats::Arm& b) {
                            return stats::mean(a.losses) < stats::mean(b.losses);
                          })
      ->id;
}

struct Rules {
  Looks looks;
  stats::Spending spending;
  std::string test_name;
  stats::PairTest test;
};

Race raced(const Pattern& pattern, const std::vector<std::vector<double>>& losses,
           const Rules& rules, const std::vector<double>& to_spend) {
  const Looks& looks = rules.looks;
  std::vector<stats::Arm> living;
  for (std::size_t arm = 0; arm < losses.size(); ++arm) living.push_back({arm, losses[arm]});
  Race race;
  race.full_winner = least_mean(living);
  std::size_t before = 0;
  for (std::size_t look = 0; look < looks.size() && living.size() > 1; ++look) {
    race.trials += living.size() * (looks[look] - before);
    before = looks[look];
    for (stats::Arm& arm : living) {
      const auto end = losses[arm.id].begin() + static_cast<std::ptrdiff_t>(looks[look]);
      arm.losses.assign(losses[arm.id].begin(), end);
    }
    for (const stats::Elimination& gone : *stats::eliminate(living, to_spend[look], rules.test)) {
      race.erred |= pattern.means[gone.loser] <= pattern.means[gone.winner];
      std::erase_if(living, [&](const stats::Arm& arm) { return arm.id == gone.loser; });
    }
  }
  race.winner = least_mean(living);
  return race;
}

stats::Answer<stats::TestResult> by_t(const stats::Differences& pairs) {
  const auto found = stats::paired_t(pairs);
  if (!found) return found.refusal();
  return found->test;
}

stats::Answer<stats::TestResult> by_sign_flips(const stats::Differences& pairs) {
  const auto found = stats::sign_flip(pairs);
  if (!found) return found.refusal();
  return found->test;
}

void print_row(const Pattern& pattern, const Rules& rules, int studies, std::uint64_t seed) {
  std::vector<double> times;
  for (std::size_t look : rules.looks) times.push_back(static_cast<double>(look) / seeds);
  const std::vector<double> to_spend = stats::increments(times, alpha, rules.spending);
  int erred = 0, same_winner = 0, best_kept = 0;
  double trials = 0;
  for (int study = 0; study < studies; ++study) {
    const auto losses = losses_of(pattern, seed, study);
    const Race race = raced(pattern, losses, rules, to_spend);
    erred += race.erred ? 1 : 0;
    same_winner += race.winner == race.full_winner ? 1 : 0;
    best_kept +=
        pattern.means[race.winner] == *std::min_element(pattern.means.begin(), pattern.means.end())
            ? 1
            : 0;
    trials += static_cast<double>(race.trials);
  }
  const double all = studies, most = static_cast<double>(pattern.means.size() * seeds);
  fmt::print("| {:<30} | {:<9} | {:<6} | {:>2} | {:.4f} | {:.3f} | {:.3f} | {:5.1f} |\n",
             pattern.name, rules.test_name,
             rules.spending == stats::Spending::pocock ? "Pocock" : "OBF", rules.looks.size(),
             erred / all, same_winner / all, best_kept / all, 100 * trials / all / most);
}

}  // namespace

int main(int argc, char** argv) {
  const int studies = argc > 1 ? std::atoi(argv[1]) : 4000;
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  if (studies < 1) {
    fmt::print(stderr, "race_error [STUDIES [SEED]]: one study or more\n");
    return 64;
  }
  const double step = std::sqrt(2.0);  // one standard deviation of a paired difference
  const std::vector<Pattern> patterns = {
      {"6 equal arms", {0, 0, 0, 0, 0, 0}},
      {"10 equal arms", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
      {"5 equal, 1 worse by 1 sd", {0, 0, 0, 0, 0, step}},
      {"3 good, 3 worse by 1 sd", {0, 0, 0, step, step, step}},
      {"1 good, 5 equal, worse by 1 sd", {0, step, step, step, step, step}},
      {"2 good, 4 worse by 0.5 sd", {0, 0, step / 2, step / 2, step / 2, step / 2}},
      {"leader by 0.25 sd", {0, step / 4, step / 4, step / 4, step / 4, step / 4}},
      {"leader by 0.5 sd", {0, step / 2, step / 2, step / 2, step / 2, step / 2}},
      {"leader by 1 sd", {0, step, step, step, step, step}},
      {"leader by 2 sd", {0, 2 * step, 2 * step, 2 * step, 2 * step, 2 * step}}};
  fmt::print(
      "{} races a row, seed {}, alpha {}, {} seeds, looks after 8, 12, 16, 20 or "
      "after each from 5 on; standard "
      "error of a rate of 0.05: {:.4f}\n\n",
      studies, seed, alpha, seeds, std::sqrt(0.05 * 0.95 / studies));
  fmt::print(
      "| means | test | spending | looks | erred | same winner as all seeds | winner is a best arm "
      "| "
      "trials used % |\n|---|---|---|---|---|---|---|---|\n");
  const Looks few = {8, 12, 16, 20};
  Looks many;
  for (std::size_t look = 5; look <= seeds; ++look) many.push_back(look);
  for (const Pattern& pattern : patterns) {
    for (auto spending : {stats::Spending::obrien_fleming, stats::Spending::pocock}) {
      for (const Looks& looks : {few, many}) {
        print_row(pattern, {looks, spending, "t", by_t}, studies, seed);
        print_row(pattern, {looks, spending, "sign flip", by_sign_flips}, studies, seed);
      }
    }
  }
  return 0;
}
