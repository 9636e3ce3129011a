#include "orchestrator/decision/race.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "searchers/problem/error.hpp"
#include "searchers/stats/error_control/alpha_spending.hpp"
#include "searchers/stats/error_control/reversal.hpp"
#include "searchers/stats/student_t.hpp"

namespace winnow::run {
namespace {

constexpr double first_look = 0.3, last_look = 0.65;  // of the seeds
constexpr int fewest_seeds_to_look = 5;

/// The chance that the arm with the best mean over all seeds leaves without hope before, at most:
/// the same winner as with all seeds for all in 95 of 100 races.
constexpr double risk_of_losing_the_best = 0.05;

bool all_succeeded(const FreshTrials& fresh, const std::vector<int>& arms, int seed) {
  return std::ranges::all_of(arms, [&](int arm) {
    return fresh[static_cast<std::size_t>(arm)][static_cast<std::size_t>(seed)].loss.has_value();
  });
}

/// The arms' losses under the seeds below `seeds` that all of them survived.
std::vector<stats::Arm> common_losses(const FreshTrials& fresh, const std::vector<int>& arms,
                                      int seeds) {
  std::vector<stats::Arm> compared;
  for (const int arm : arms) compared.push_back({static_cast<std::size_t>(arm), {}});
  for (int seed = 0; seed < seeds; ++seed) {
    if (!all_succeeded(fresh, arms, seed)) continue;
    for (stats::Arm& arm : compared) {
      arm.losses.push_back(*fresh[arm.id][static_cast<std::size_t>(seed)].loss);
    }
  }
  return compared;
}

/// What of the differences lies beyond the margin; nothing: their mean does not.
std::optional<stats::Differences> beyond(stats::Differences differences, double margin) {
  const double mean = stats::mean(differences.values);
  if (std::abs(mean) <= margin) return std::nullopt;
  for (double& value : differences.values) value -= std::copysign(margin, mean);
  return differences;
}

/// Is the mean difference larger than the margin? Each side has half of the level.
stats::PairTest test_beyond(double margin) {
  return [margin](const stats::Differences& pairs) -> stats::Answer<stats::TestResult> {
    const auto left = beyond(pairs, margin);
    if (!left) return stats::TestResult{.n = std::ssize(pairs.values)};
    const auto answer = stats::paired_t(*left);
    if (!answer) return answer.refusal();
    return answer->test;
  };
}

bool has_only_failed(const FreshTrials& fresh, int arm, int seeds) {
  const auto& trials = fresh[static_cast<std::size_t>(arm)];
  return std::none_of(trials.begin(), trials.begin() + seeds,
                      [](const FreshTrial& trial) { return trial.loss.has_value(); });
}

std::vector<FreshKey> not_ended(const FreshTrials& fresh, const std::vector<int>& living,
                                int seeds) {
  std::vector<FreshKey> keys;
  // Seed by seed, so that an interrupted race has pairs and not one whole arm.
  for (int replicate = 0; replicate < seeds; ++replicate) {
    for (const int arm : living) {
      const FreshTrial& trial =
          fresh[static_cast<std::size_t>(arm)][static_cast<std::size_t>(replicate)];
      if (!trial.has_ended) keys.push_back({arm, replicate});
    }
  }
  return keys;
}

/// Of the arms compared, those that can hardly overtake some other one. `risk`: for each ordered
/// pair at this look, so that over all of them and all looks the whole risk is not exceeded.
std::vector<HopelessArm> hopeless_arms(const RaceRules& rules, const std::vector<stats::Arm>& arms,
                                       double risk) {
  std::vector<HopelessArm> hopeless;
  for (const stats::Arm& arm : arms) {
    if (static_cast<int>(arm.id) == rules.baseline) continue;
    HopelessArm worst{static_cast<int>(arm.id), 0, 1};
    for (const stats::Arm& other : arms) {
      if (other.id == arm.id) continue;
      const auto pairs = stats::differences(arm.losses, other.losses);
      if (!pairs || pairs->values.empty() || stats::mean(pairs->values) <= 0) continue;
      const auto left = beyond(*pairs, rules.margin);
      if (!left) continue;
      const auto turning = stats::reversal_probability(*left, rules.seeds);
      if (!turning || *turning >= worst.probability) continue;
      worst.behind = static_cast<int>(other.id);
      worst.probability = *turning;
    }
    if (worst.probability < risk) hopeless.push_back(worst);
  }
  return hopeless;
}

/// How many arms left without having lost, at all looks so far.
std::size_t silently_gone(const std::vector<RaceLook>& looks) {
  std::size_t count = 0;
  for (const RaceLook& look : looks) {
    for (const int arm : look.leaving) {
      count += std::ranges::none_of(look.losses, [&](const stats::Elimination& loss) {
        return static_cast<int>(loss.loser) == arm;
      });
    }
  }
  return count;
}

/// Nobody is left whom a further trial could help: no challenger, or one arm and no baseline.
bool is_decided(const RaceRules& rules, const std::vector<int>& living) {
  const auto challengers =
      std::ranges::count_if(living, [&](int arm) { return arm != rules.baseline; });
  return challengers == 0 || (challengers == 1 && !rules.baseline);
}

/// What a look may spend, and who left before it without having lost.
struct LookShare {
  double alpha = 0, risk = 0;  // the risk: of each ordered pair of arms
  std::size_t silent = 0;
};

RaceLook look_at(const RaceRules& rules, const FreshTrials& fresh, const std::vector<int>& living,
                 int seeds, const LookShare& share) {
  RaceLook look;
  look.seeds = seeds;
  look.alpha = share.alpha;
  // An arm of nothing but failures would leave the others without a common seed; one that breaks a
  // bound cannot be chosen, so that nobody need leave because of it.
  std::vector<int> compared = living;
  for (const int arm : living) {
    const bool is_breaking = broken_bound(fresh, arm, seeds).has_value();
    if (is_breaking) look.breaking.push_back(arm);
    const bool is_out = is_breaking || has_only_failed(fresh, arm, seeds);
    if (!is_out || (arm == rules.baseline && !is_breaking)) continue;
    if (arm != rules.baseline) look.leaving.push_back(arm);
    std::erase(compared, arm);
  }
  const std::vector<stats::Arm> arms = common_losses(fresh, compared, seeds);
  look.common_seeds = arms.empty() ? 0 : static_cast<int>(arms.front().losses.size());
  const auto losses = stats::eliminate(arms, share.alpha, test_beyond(rules.margin), share.silent);
  if (losses) look.losses = *losses;  // refused: no seed in common, nobody loses
  for (const stats::Elimination& loss : look.losses) {
    const int arm = static_cast<int>(loss.loser);
    if (arm != rules.baseline) look.leaving.push_back(arm);
  }
  for (const HopelessArm& arm : hopeless_arms(rules, arms, share.risk)) {
    if (std::ranges::count(look.leaving, arm.arm) > 0) continue;
    look.hopeless.push_back(arm);
    look.leaving.push_back(arm.arm);
  }
  std::ranges::sort(look.leaving);
  return look;
}

}  // namespace

std::vector<int> look_seeds(int seeds, int looks) {
  expect(seeds >= 1 && looks >= 0, "a race has seeds, and no fewer looks than none");
  const double first = std::max<double>(fewest_seeds_to_look, first_look * seeds);
  const double last = std::max(first, last_look * seeds);
  std::vector<int> counts;
  for (int look = 0; look < looks; ++look) {
    const double part = looks == 1 ? 0.5 : static_cast<double>(look) / (looks - 1);
    const auto at = static_cast<int>(std::lround(first + part * (last - first)));
    if (at < seeds && (counts.empty() || at > counts.back())) counts.push_back(at);
  }
  return counts;
}

std::optional<std::size_t> broken_bound(const FreshTrials& fresh, int arm, int seeds) {
  std::vector<std::vector<double>> by_bound;
  for (int seed = 0; seed < seeds; ++seed) {
    const auto& trials = fresh[static_cast<std::size_t>(arm)];
    const FreshTrial& trial = trials[static_cast<std::size_t>(seed)];
    by_bound.resize(std::max(by_bound.size(), trial.excess.size()));
    for (std::size_t bound = 0; bound < trial.excess.size(); ++bound) {
      by_bound[bound].push_back(trial.excess[bound]);
    }
  }
  for (std::size_t bound = 0; bound < by_bound.size(); ++bound) {
    if (stats::mean(by_bound[bound]) > 0) return bound;
  }
  return std::nullopt;
}

RaceState race(const RaceRules& rules, const FreshTrials& fresh) {
  RaceState state;
  state.living.resize(fresh.size());
  std::iota(state.living.begin(), state.living.end(), 0);
  const std::vector<int> counts = look_seeds(rules.seeds, rules.looks);
  std::vector<double> times;
  for (const int seeds : counts) times.push_back(static_cast<double>(seeds) / counts.back());
  const std::vector<double> alphas = stats::increments(times, rules.alpha, stats::Spending::pocock);
  const double started = static_cast<double>(fresh.size());
  for (std::size_t look = 0; look < counts.size(); ++look) {
    if (is_decided(rules, state.living)) return state;
    state.wanted = not_ended(fresh, state.living, counts[look]);
    if (!state.wanted.empty()) return state;
    const double shares = static_cast<double>(counts.size()) * started * (started - 1);
    const LookShare share{alphas[look], risk_of_losing_the_best / shares,
                          silently_gone(state.looks)};
    state.looks.push_back(look_at(rules, fresh, state.living, counts[look], share));
    for (const int arm : state.looks.back().leaving) std::erase(state.living, arm);
  }
  if (!is_decided(rules, state.living)) state.wanted = not_ended(fresh, state.living, rules.seeds);
  return state;
}

stats::Pairing paired(const FreshTrials& fresh, int first, int second, int seeds) {
  const auto keyed = [&](int arm) {
    std::vector<stats::Keyed> list;
    for (int seed = 0; seed < seeds; ++seed) {
      const auto& trials = fresh[static_cast<std::size_t>(arm)];
      list.push_back({seed, trials[static_cast<std::size_t>(seed)].loss});
    }
    return list;
  };
  // Losses are finite and every seed comes once: there is nothing to refuse.
  return *stats::pair_by_key(keyed(first), keyed(second));
}

stats::Differences paired_folds(const FreshTrials& fresh, int first, int second, int seeds) {
  std::vector<double> first_losses, second_losses;
  for (int seed = 0; seed < seeds; ++seed) {
    if (!all_succeeded(fresh, {first, second}, seed)) continue;
    const auto add = [&](int arm, std::vector<double>& losses) {
      const FreshTrial& trial =
          fresh[static_cast<std::size_t>(arm)][static_cast<std::size_t>(seed)];
      losses.insert(losses.end(), trial.fold_losses.begin(), trial.fold_losses.end());
    };
    add(first, first_losses);
    add(second, second_losses);
  }
  return *stats::differences(first_losses, second_losses);  // as many folds under every seed
}

}  // namespace winnow::run
