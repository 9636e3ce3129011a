// What the runs of a benchmark say: quartiles for each method on each problem, and one order of the
// methods over all of them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "orchestrator/bench/isolated_runs.hpp"
#include "searchers/stats/groups/critical_difference.hpp"

namespace winnow::run {

struct BenchPlan {
  std::vector<BenchMethod> methods;
  std::vector<problems::BenchProblem> problems;
  std::int64_t seeds = 7;  // 1, 2, …
  BenchSettings settings;
};

/// Of one method on one problem, over its seeds.
struct BenchCell {
  std::vector<BenchRun> runs;
  std::vector<std::string> failures;  // of the seeds without a run
  double quantile_of_gap(double q) const;
};

struct BenchResult {
  BenchPlan plan;
  std::vector<std::vector<BenchCell>> cells;  // problems × methods
};

/// `runs`: of all problems, for each all methods, for each all seeds.
BenchResult bench_result(BenchPlan plan, const std::vector<IsolatedRun>& runs);

/// Methods ranked by their gaps on each problem under each seed, of problems on which none of them
/// failed: by Nemenyi's test, and each pair by Conover's, corrected by Holm. What is said holds for
/// these problems. Refused: fewer than two methods or blocks.
struct BenchRanking {
  stats::Ranking ranking;
  std::vector<stats::PairComparison> pairs;  // Conover's, p corrected
};
stats::Answer<BenchRanking> bench_ranking(const BenchResult& result);

std::string as_text(const BenchResult& result, std::size_t width);
nlohmann::ordered_json as_json(const BenchResult& result);

}  // namespace winnow::run
