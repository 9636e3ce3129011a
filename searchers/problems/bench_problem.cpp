#include "searchers/problems/bench_problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "searchers/numerics/hypervolume.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/problems/further_functions.hpp"

namespace winnow::problems {
namespace {

constexpr int least_dimension = 5, most_dimension = 1000;  // of the functions with fronts

}  // namespace

std::vector<Objective> BenchProblem::objectives() const {
  std::vector<Objective> all;
  for (std::size_t k = 0; k < std::max<std::size_t>(1, reference.size()); ++k)
    all.push_back({fmt::format("f{}", k + 1)});
  return all;
}

Outcome BenchProblem::evaluate(const Suggestion& suggestion, std::uint64_t seed) const {
  if (fails && fails(suggestion.point)) return {suggestion, Ending::failed, {}, 1};
  Outcome outcome{suggestion, Ending::completed, losses(suggestion.point), 1};
  search::Rng rng(seed, suggestion.number.value, "noise");
  if (deviation > 0)
    for (double& loss : outcome.losses) loss += deviation * rng.normal();
  return outcome;
}

double BenchProblem::gap(const std::vector<Outcome>& ended) const {
  if (has_front()) {
    std::vector<search::Losses> measured;
    for (const Outcome& outcome : ended)
      if (!outcome.losses.empty()) measured.push_back(losses(outcome.suggestion.point));
    return 1 - search::hypervolume(measured, reference) / hypervolume;
  }
  const Outcome* best = nullptr;
  for (const Outcome& outcome : ended)
    if (!outcome.losses.empty() && (!best || outcome.losses[0] < best->losses[0])) best = &outcome;
  return best ? losses(best->suggestion.point)[0] - optimum
              : std::numeric_limits<double>::infinity();
}

BenchProblem single_objective(const TestFunction& function) {
  BenchProblem problem{function.name, function.space};
  problem.losses = [loss = function.loss](const Point& point) -> std::vector<double> {
    return {loss(point)};
  };
  problem.optimum = function.optimum;
  return problem;
}

BenchProblem multi_objective(const MultiObjectiveFunction& function) {
  BenchProblem problem{function.name, function.space};
  problem.losses = function.losses;
  problem.reference = function.reference;
  problem.hypervolume = function.hypervolume;
  return problem;
}

std::vector<BenchProblem> bench_problems() {
  std::vector<BenchProblem> all;
  for (const TestFunction& function : test_functions()) all.push_back(single_objective(function));
  all.push_back(mixed_training());
  all.push_back(rosenbrock_in_disk());
  all.push_back(failing_ackley());
  // A deviation of a tenth of what separates good from middling points there.
  all.push_back(noisy(single_objective(branin()), 1));
  all.push_back(noisy(single_objective(hartmann6()), 0.1));
  for (const MultiObjectiveFunction& function : multi_objective_functions())
    all.push_back(multi_objective(function));
  return all;
}

BenchProblem bench_problem(std::string_view name) {
  const std::string_view word = name.substr(0, name.find(':'));
  std::string known;
  for (BenchProblem& problem : bench_problems()) {
    known += (known.empty() ? "" : ", ") + problem.name;
    if (problem.name != word) continue;
    if (word == name) return std::move(problem);
    const std::string_view digits = name.substr(word.size() + 1);
    int dimension = 0;
    const auto [end, fault] =
        std::from_chars(digits.data(), digits.data() + digits.size(), dimension);
    const bool is_number = fault == std::errc() && end == digits.data() + digits.size();
    if (!problem.has_front() || !is_number || dimension < least_dimension ||
        dimension > most_dimension)
      throw ConfigError("problems",
                        fmt::format("{}: dimensions can be chosen of the problems with several "
                                    "objectives, from {} to {}",
                                    name, least_dimension, most_dimension));
    for (const MultiObjectiveFunction& function : multi_objective_functions(dimension)) {
      if (function.name != word) continue;
      problem = multi_objective(function);
      problem.name = name;
      return std::move(problem);
    }
  }
  throw ConfigError("problems", fmt::format("no \"{}\"; there are: {}", word, known));
}

}  // namespace winnow::problems
