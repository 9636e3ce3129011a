#include "searchers/models/combination_weights.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "searchers/numerics/rng.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

using Eigen::MatrixXd;

constexpr int rounds = 50;     // a weight is a multiple of 1/50; Caruana et al. take 100
constexpr int libraries = 20;  // random halves, as in their section 2.3
/// From so many members on halves are drawn: of fewer, a half often lacks the only good one.
constexpr std::size_t fewest_to_halve = 20;
constexpr std::size_t begun_with = 2;  // the best of the library, all of them where it has fewer

/// How often each member of the library is taken.
std::vector<int> selected(const PredictionTable& table, const std::vector<std::size_t>& library,
                          const std::vector<double>& scores) {
  std::vector<std::size_t> ranked = library;
  std::ranges::stable_sort(ranked, {}, [&](std::size_t member) { return scores[member]; });
  std::vector<int> taken(table.members.size());
  MatrixXd sum = MatrixXd::Zero(table.members[0].rows(), table.members[0].cols());
  const auto take = [&](std::size_t member) {
    ++taken[member];
    sum += table.members[member];
  };
  int size = 0;
  for (std::size_t i = 0; i < std::min(begun_with, ranked.size()); ++i, ++size) take(ranked[i]);
  for (; size < rounds; ++size) {
    std::size_t best = ranked.front();
    double least = std::numeric_limits<double>::infinity();
    for (const std::size_t member : ranked) {
      const double score = brier_score(table, (sum + table.members[member]) / (size + 1));
      if (score < least) {
        least = score;
        best = member;
      }
    }
    take(best);
  }
  return taken;
}

Weights shares_of(const std::vector<double>& amounts) {
  const double sum = std::accumulate(amounts.begin(), amounts.end(), 0.0);
  expect(sum > 0, "something to share");
  Weights weights;
  for (const double amount : amounts) weights.push_back(amount / sum);
  return weights;
}

}  // namespace

Weights equal_weights(const PredictionTable& table) {
  return Weights(table.members.size(), 1.0 / static_cast<double>(table.members.size()));
}

Weights skill_weights(const PredictionTable& table) {
  MatrixXd shares = MatrixXd::Zero(table.members[0].rows(), table.members[0].cols());
  for (const std::size_t label : table.labels) {
    shares.col(static_cast<Eigen::Index>(label)).array() +=
        1.0 / static_cast<double>(table.labels.size());
  }
  const double none = brier_score(table, shares);
  std::vector<double> skills;
  for (const MatrixXd& member : table.members) {
    skills.push_back(none > 0 ? std::max(0.0, 1 - brier_score(table, member) / none) : 0);
  }
  const bool has_skill = std::ranges::any_of(skills, [](double skill) { return skill > 0; });
  return has_skill ? shares_of(skills) : equal_weights(table);
}

Weights greedy_weights(const PredictionTable& table) {
  const std::size_t members = table.members.size();
  std::vector<double> scores;
  for (const MatrixXd& member : table.members) scores.push_back(brier_score(table, member));
  std::vector<double> taken(members);
  std::vector<std::size_t> all(members);
  std::iota(all.begin(), all.end(), std::size_t{0});
  const std::size_t half = members < fewest_to_halve ? members : members / 2;
  for (int library = 0; library < (half == members ? 1 : libraries); ++library) {
    Rng rng(0, library, "half of the library");
    std::vector<std::size_t> some = all;
    if (half < members) rng.shuffle(std::span(some));
    some.resize(half);
    const std::vector<int> counts = selected(table, some, scores);
    for (std::size_t member = 0; member < members; ++member) taken[member] += counts[member];
  }
  return shares_of(taken);
}

Eigen::MatrixXd weighted(const Weights& weights, const PredictionTable& table) {
  expect(weights.size() == table.members.size(), "a weight for each member");
  MatrixXd mean = MatrixXd::Zero(table.members[0].rows(), table.members[0].cols());
  for (std::size_t member = 0; member < weights.size(); ++member) {
    mean += weights[member] * table.members[member];
  }
  return mean;
}

}  // namespace winnow::search
