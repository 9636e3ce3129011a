// How good and how costly are the search methods? Runs methods × problems × seeds and prints, for
// each pair, quartiles of the simple regret (best loss found less the least possible one) and the
// processor time of an ask with its tell at the end of the run. With --replay it prints how long
// telling that many outcomes to a fresh searcher takes, and the first ask after it.
//
//   search_quality --methods random,de,tpe --problems branin,ackley5 --seeds 20 --evaluations 100
//
// A method may carry options: "de+variant=l_shade+population=30".

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ctime>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "searchers/numerics/rng.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/registry.hpp"
#include "tests/support/test_functions.hpp"

namespace {

using namespace winnow;
using search::Rng, search::Searcher;
using tests::TestFunction;

struct Plan {
  std::vector<std::string> methods = {"random", "sobol"};
  std::vector<std::string> problems;
  int seeds = 20;
  int evaluations = 100;
  int in_flight = 1;  // trials that run at a time; they end in random order
  int replay = 0;
};

double processor_s() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

Value value_from(const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  std::size_t read = 0;
  try {
    const std::int64_t integer = std::stoll(text, &read);
    if (read == text.size()) return integer;
    const double real = std::stod(text, &read);
    if (read == text.size()) return real;
  } catch (const std::invalid_argument&) {  // neither: a word
  }
  return text;
}

std::unique_ptr<Searcher> made(const std::string& method, const TestFunction& problem,
                               std::uint64_t seed, int evaluations) {
  const std::vector<std::string> parts = CLI::detail::split(method, '+');
  std::map<std::string, Value> options;
  for (std::size_t k = 1; k < parts.size(); ++k) {
    const std::size_t equals = parts[k].find('=');
    if (equals == std::string::npos)
      throw ConfigError("--methods", "expected NAME+OPTION=VALUE, found " + method);
    options[parts[k].substr(0, equals)] = value_from(parts[k].substr(equals + 1));
  }
  return search::make_searcher(parts[0], options,
                               {problem.space, {{"loss"}}, {}, seed, evaluations});
}

struct Run {
  double regret;
  double ask_and_tell_s;  // mean over the last tenth of the evaluations
};

Run run(const std::string& method, const TestFunction& problem, std::uint64_t seed,
        const Plan& plan) {
  const auto searcher = made(method, problem, seed, plan.evaluations);
  Rng order(seed, 0, "order of ends");
  std::vector<Suggestion> pending;
  double best = std::numeric_limits<double>::infinity(), late_s = 0;
  std::int64_t asked = 0;
  int told = 0;
  const int late = std::max(1, plan.evaluations / 10);
  for (bool finished = false; told < plan.evaluations;) {
    const bool is_late = told >= plan.evaluations - late;
    if (std::ssize(pending) < plan.in_flight && !finished && asked < plan.evaluations) {
      const double began = processor_s();
      const search::Proposal proposal = searcher->ask({TrialNumber{asked}, pending}, 1);
      if (is_late) late_s += processor_s() - began;
      finished = proposal.finished;
      asked += std::ssize(proposal.suggestions);
      pending.insert(pending.end(), proposal.suggestions.begin(), proposal.suggestions.end());
      if (!proposal.suggestions.empty()) continue;
    }
    if (pending.empty()) break;  // a finite space is used up
    const auto ended = pending.begin() + static_cast<std::ptrdiff_t>(order.below(pending.size()));
    const double loss = problem.loss(ended->point);
    best = std::min(best, loss);
    const Outcome outcome{*ended, Ending::completed, {loss}, 1};
    pending.erase(ended);
    const double began = processor_s();
    searcher->tell(outcome);
    if (is_late) late_s += processor_s() - began;
    ++told;
  }
  return {best - problem.optimum, late_s / late};
}

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  const double place = q * static_cast<double>(values.size() - 1);
  const std::size_t below = static_cast<std::size_t>(place);
  const double next = values[std::min(below + 1, values.size() - 1)];
  return values[below] + (place - static_cast<double>(below)) * (next - values[below]);
}

void print_quality(const Plan& plan) {
  fmt::print("{} seeds, {} evaluations, {} in flight\n", plan.seeds, plan.evaluations,
             plan.in_flight);
  fmt::print("{:<18}{:<34}{:>11}{:>11}{:>11}{:>16}\n", "problem", "method", "lower", "median",
             "upper", "ask+tell us");
  for (const std::string& name : plan.problems) {
    const TestFunction problem = tests::test_function(name);
    for (const std::string& method : plan.methods) {
      std::vector<double> regrets, costs_s;
      for (int seed = 1; seed <= plan.seeds; ++seed) {
        const Run one = run(method, problem, static_cast<std::uint64_t>(seed), plan);
        regrets.push_back(one.regret);
        costs_s.push_back(one.ask_and_tell_s);
      }
      fmt::print("{:<18}{:<34}{:>11.3g}{:>11.3g}{:>11.3g}{:>16.1f}\n", name, method,
                 quantile(regrets, 0.25), quantile(regrets, 0.5), quantile(regrets, 0.75),
                 1e6 * quantile(costs_s, 0.5));
      std::fflush(stdout);
    }
  }
}

// Outcomes of the method itself as far as 300 evaluations, then of random points, as another
// study's: a method that is slow at 10,000 need not be run that far to see how it replays.
void print_replay(const Plan& plan) {
  fmt::print("{:<18}{:<34}{:>12}{:>16}\n", "problem", "method", "replay s", "first ask s");
  for (const std::string& name : plan.problems) {
    const TestFunction problem = tests::test_function(name);
    const auto source = made("random", problem, 1, plan.replay);
    std::vector<Outcome> outcomes;
    for (int number = 0; number < plan.replay; ++number) {
      const search::Proposal proposal = source->ask({TrialNumber{number}, {}}, 1);
      if (proposal.suggestions.empty()) break;
      const Suggestion& suggestion = proposal.suggestions[0];
      outcomes.push_back({suggestion, Ending::completed, {problem.loss(suggestion.point)}, 1});
    }
    for (const std::string& method : plan.methods) {
      const auto searcher = made(method, problem, 1, plan.replay + 1);
      const double began = processor_s();
      for (const Outcome& outcome : outcomes) searcher->tell(outcome);
      const double told = processor_s();
      searcher->ask({TrialNumber{plan.replay}, {}}, 1);
      fmt::print("{:<18}{:<34}{:>12.4f}{:>16.4f}\n", name, method, told - began,
                 processor_s() - told);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  Plan plan;
  for (const TestFunction& function : tests::test_functions())
    plan.problems.push_back(function.name);
  CLI::App app("simple regret and cost of the search methods on problems with known optima");
  app.add_option("--methods", plan.methods, "NAME or NAME+OPTION=VALUE…")->delimiter(',');
  app.add_option("--problems", plan.problems)->delimiter(',');
  app.add_option("--seeds", plan.seeds)->check(CLI::Range(1, 10'000));
  app.add_option("--evaluations", plan.evaluations)->check(CLI::Range(1, 1'000'000));
  app.add_option("--in-flight", plan.in_flight)->check(CLI::Range(1, 1000));
  app.add_option("--replay", plan.replay, "outcomes to tell; 0: run methods instead");
  CLI11_PARSE(app, argc, argv);
  try {
    plan.replay > 0 ? print_replay(plan) : print_quality(plan);
  } catch (const ConfigError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 64;
  }
}
