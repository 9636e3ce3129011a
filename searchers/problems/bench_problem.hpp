// A problem as `winnow bench` runs it: any number of objectives, with or without constraints, noise
// and failing trials, and how good what was found is.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "searchers/numerics/dominance.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/problem/objective.hpp"
#include "searchers/problem/rules.hpp"
#include "searchers/problem/search_space.hpp"
#include "searchers/problem/trial.hpp"
#include "searchers/problems/multi_objective_functions.hpp"
#include "searchers/problems/test_functions.hpp"

namespace winnow::problems {

struct BenchProblem {
  std::string name;
  SearchSpace space;
  Rules rules = {};                                              // settled; proposals keep to them
  std::function<std::vector<double>(const Point&)> losses = {};  // without noise
  std::function<bool(const Point&)> fails = {};                  // empty: no trial does
  double deviation = 0;                                          // of the noise on each loss
  double optimum = 0;                                            // of one objective
  std::vector<double> reference = {};                            // of several: of the hypervolume
  double hypervolume = 0;                                        // and what the best front has

  std::vector<Objective> objectives() const;
  bool has_front() const { return !reference.empty(); }

  /// The outcome of a trial at the suggestion's point, under its own random numbers.
  Outcome evaluate(const Suggestion& suggestion, std::uint64_t seed) const;

  /// How far the points are from the best: of one objective the loss, without noise, of the one
  /// that was measured as best, less the optimum; of several the part of the hypervolume that is
  /// missing. 0 is perfect; infinite or 1 where nothing was measured.
  double gap(const std::vector<Outcome>& ended) const;
};

BenchProblem single_objective(const TestFunction& function);
BenchProblem multi_objective(const MultiObjectiveFunction& function);

/// Of every name, in the dimensions of their papers.
std::vector<BenchProblem> bench_problems();
/// "zdt1", or "zdt1:5" for another number of dimensions where several objectives have one. Throws
/// ConfigError that lists the names.
BenchProblem bench_problem(std::string_view name);

}  // namespace winnow::problems
