// How much of the best front do the search methods find, and at what cost? Runs methods × problems
// × seeds and prints, for each pair, quartiles of the share of the reachable hypervolume that the
// points tried so far dominate, and the processor time of an ask with its tell at the end of the
// run.
//
//   front_quality --methods random,nsga2 --problems zdt1,dtlz2 --seeds 20 --evaluations 5000
//
// A method may carry options: "nsga2+population=100".

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ctime>
#include <map>
#include <string>
#include <vector>

#include "searchers/numerics/hypervolume.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/registry.hpp"
#include "tests/support/multi_objective_functions.hpp"

namespace {

using namespace winnow;
using search::Losses;
using tests::MultiObjectiveFunction;

struct Plan {
  std::vector<std::string> methods = {"random", "nsga2"};
  std::vector<std::string> problems;
  int seeds = 20;
  int evaluations = 200;
  int dimension = 0;
};

double processor_s() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

Value value_from(const std::string& text) {
  std::int64_t integer = 0;
  double real = 0;
  if (CLI::detail::lexical_cast(text, integer)) return integer;
  if (CLI::detail::lexical_cast(text, real)) return real;
  if (text == "true" || text == "false") return text == "true";
  return text;
}

std::unique_ptr<search::Searcher> made(const std::string& method,
                                       const MultiObjectiveFunction& problem, std::uint64_t seed,
                                       int evaluations) {
  const std::vector<std::string> parts = CLI::detail::split(method, '+');
  std::map<std::string, Value> options;
  for (std::size_t k = 1; k < parts.size(); ++k) {
    const std::size_t equals = parts[k].find('=');
    if (equals == std::string::npos)
      throw ConfigError("--methods", "expected NAME+OPTION=VALUE, found " + method);
    options[parts[k].substr(0, equals)] = value_from(parts[k].substr(equals + 1));
  }
  return search::make_searcher(parts[0], options,
                               {problem.space, problem.objectives(), {}, seed, evaluations});
}

struct Run {
  double share;
  double ask_and_tell_s;  // mean over the last tenth of the evaluations
};

Run run(const std::string& method, const MultiObjectiveFunction& problem, std::uint64_t seed,
        int evaluations) {
  const auto searcher = made(method, problem, seed, evaluations);
  std::vector<Losses> tried;
  const int late = std::max(1, evaluations / 10);
  double late_s = 0;
  for (int number = 0; number < evaluations; ++number) {
    const double began = processor_s();
    const search::Proposal proposal = searcher->ask({TrialNumber{number}, {}}, 1);
    const double asked = processor_s();
    if (proposal.suggestions.empty()) break;
    const Suggestion& suggestion = proposal.suggestions[0];
    const Outcome outcome{suggestion, Ending::completed, problem.losses(suggestion.point), 1};
    tried.push_back(outcome.losses);
    const double evaluated = processor_s();
    searcher->tell(outcome);
    if (number >= evaluations - late) late_s += processor_s() - evaluated + asked - began;
  }
  return {search::hypervolume(tried, problem.reference) / problem.hypervolume, late_s / late};
}

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  const double place = q * static_cast<double>(values.size() - 1);
  const std::size_t below = static_cast<std::size_t>(place);
  const double next = values[std::min(below + 1, values.size() - 1)];
  return values[below] + (place - static_cast<double>(below)) * (next - values[below]);
}

void print_quality(const Plan& plan) {
  fmt::print("share of the reachable hypervolume; {} seeds, {} evaluations\n", plan.seeds,
             plan.evaluations);
  fmt::print("{:<10}{:<42}{:>9}{:>9}{:>9}{:>16}\n", "problem", "method", "lower", "median", "upper",
             "ask+tell us");
  for (const MultiObjectiveFunction& problem :
       plan.dimension > 0 ? tests::multi_objective_functions(plan.dimension)
                          : tests::multi_objective_functions()) {
    if (std::find(plan.problems.begin(), plan.problems.end(), problem.name) == plan.problems.end())
      continue;
    for (const std::string& method : plan.methods) {
      std::vector<double> shares, costs_s;
      for (int seed = 1; seed <= plan.seeds; ++seed) {
        const Run one = run(method, problem, static_cast<std::uint64_t>(seed), plan.evaluations);
        shares.push_back(one.share);
        costs_s.push_back(one.ask_and_tell_s);
      }
      fmt::print("{:<10}{:<42}{:>9.4f}{:>9.4f}{:>9.4f}{:>16.1f}\n", problem.name, method,
                 quantile(shares, 0.25), quantile(shares, 0.5), quantile(shares, 0.75),
                 1e6 * quantile(costs_s, 0.5));
      std::fflush(stdout);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  Plan plan;
  std::vector<std::string> known;
  for (const MultiObjectiveFunction& function : tests::multi_objective_functions())
    known.push_back(function.name);
  plan.problems = known;
  CLI::App app("hypervolume found and cost of the search methods on problems with known fronts");
  app.add_option("--methods", plan.methods, "NAME or NAME+OPTION=VALUE…")->delimiter(',');
  app.add_option("--problems", plan.problems)->delimiter(',')->check(CLI::IsMember(known));
  app.add_option("--seeds", plan.seeds)->check(CLI::Range(1, 10'000));
  app.add_option("--evaluations", plan.evaluations)->check(CLI::Range(1, 1'000'000));
  app.add_option("--dimension", plan.dimension, "of all problems; 0: those of the papers")
      ->check(CLI::Range(5, 1000) | CLI::IsMember({0}));
  CLI11_PARSE(app, argc, argv);
  try {
    print_quality(plan);
  } catch (const ConfigError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 64;
  }
}
