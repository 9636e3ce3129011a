#include "orchestrator/decision/race.hpp"

#include <algorithm>
#include <numeric>

#include "searchers/problem/error.hpp"
#include "searchers/stats/error_control/alpha_spending.hpp"
#include "searchers/stats/student_t.hpp"

namespace winnow::run {
namespace {

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

stats::Answer<stats::TestResult> paired_t_test(const stats::Differences& differences) {
  const auto answer = stats::paired_t(differences);
  if (!answer) return answer.refusal();
  return answer->test;
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

/// Nobody is left whom a further trial could help: no challenger, or one arm and no baseline.
bool is_decided(const RaceRules& rules, const std::vector<int>& living) {
  const auto challengers =
      std::ranges::count_if(living, [&](int arm) { return arm != rules.baseline; });
  return challengers == 0 || (challengers == 1 && !rules.baseline);
}

RaceLook look_at(const RaceRules& rules, const FreshTrials& fresh, const std::vector<int>& living,
                 int seeds, double alpha) {
  RaceLook look;
  look.seeds = seeds;
  look.alpha = alpha;
  // An arm of nothing but failures would leave the others without a common seed.
  std::vector<int> compared = living;
  for (const int arm : living) {
    if (arm == rules.baseline || !has_only_failed(fresh, arm, seeds)) continue;
    look.leaving.push_back(arm);
    std::erase(compared, arm);
  }
  const std::vector<stats::Arm> arms = common_losses(fresh, compared, seeds);
  look.common_seeds = arms.empty() ? 0 : static_cast<int>(arms.front().losses.size());
  const auto losses = stats::eliminate(arms, alpha, paired_t_test);
  if (losses) look.losses = *losses;  // refused: no seed in common, nobody loses
  for (const stats::Elimination& loss : look.losses) {
    const int arm = static_cast<int>(loss.loser);
    if (arm != rules.baseline) look.leaving.push_back(arm);
  }
  std::ranges::sort(look.leaving);
  return look;
}

}  // namespace

std::vector<int> look_seeds(int seeds, int looks) {
  expect(seeds >= 1 && looks >= 1 && looks <= seeds, "there are seeds for every look");
  std::vector<int> counts;
  for (int look = 1; look <= looks; ++look) counts.push_back(seeds * look / looks);
  return counts;
}

RaceState race(const RaceRules& rules, const FreshTrials& fresh) {
  RaceState state;
  state.living.resize(fresh.size());
  std::iota(state.living.begin(), state.living.end(), 0);
  const std::vector<int> counts = look_seeds(rules.seeds, rules.looks);
  std::vector<double> times;
  for (const int seeds : counts) times.push_back(static_cast<double>(seeds) / rules.seeds);
  const std::vector<double> alphas = stats::increments(times, rules.alpha, stats::Spending::pocock);
  for (std::size_t look = 0; look < counts.size(); ++look) {
    if (is_decided(rules, state.living)) return state;
    state.wanted = not_ended(fresh, state.living, counts[look]);
    if (!state.wanted.empty()) return state;
    state.looks.push_back(look_at(rules, fresh, state.living, counts[look], alphas[look]));
    for (const int arm : state.looks.back().leaving) std::erase(state.living, arm);
  }
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
