// winnow bench: how good, how fast and how large are the search methods, on problems whose answers
// are known?
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "orchestrator/bench/bench_plots.hpp"
#include "orchestrator/commands/command.hpp"
#include "orchestrator/export/new_folder.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

// On a pipe lines may be as long as they want.
constexpr std::size_t unlimited_columns = 10'000;

struct Arguments {
  std::optional<std::string> methods, problems, out;
  std::optional<std::int64_t> seeds, trials, workers, jobs, replay;
  bool json = false;
};

std::int64_t number(const std::optional<std::int64_t>& given, std::int64_t absent,
                    std::int64_t most, const char* option) {
  const std::int64_t value = given.value_or(absent);
  if (value < 1 || value > most)
    throw ConfigError(option, fmt::format("needs 1 to {}, found {}", most, value));
  return value;
}

std::vector<std::string> words(const std::string& list) {
  std::vector<std::string> all;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    if (end > at) all.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return all;
}

/// Results go by names.
template <class Named>
void refuse_repeats(const char* option, const std::vector<Named>& all) {
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (all[i].name == all[k].name)
        throw ConfigError(option, fmt::format("names {} twice; once is enough", all[i].name));
}

/// A method that can run on none of the problems is a mistake, and said before anything runs.
void check_suits_any(const BenchMethod& method, const BenchPlan& plan) {
  std::optional<ConfigError> refusal;
  for (const problems::BenchProblem& problem : plan.problems) {
    try {
      return check_method(method, problem, plan.settings);
    } catch (const ConfigError& error) {
      refusal = error;
    }
  }
  throw *refusal;
}

BenchPlan plan_of(const Arguments& arguments) {
  BenchPlan plan;
  for (const std::string& word : words(arguments.methods.value_or("random,auto")))
    plan.methods.push_back(BenchMethod::parse(word));
  if (!arguments.problems) {
    for (problems::BenchProblem& problem : problems::bench_problems())
      if (!problem.has_front()) plan.problems.push_back(std::move(problem));
  } else {
    for (const std::string& word : words(*arguments.problems))
      plan.problems.push_back(problems::bench_problem(word));
  }
  if (plan.methods.empty()) throw ConfigError("--methods", "names no method");
  if (plan.problems.empty()) throw ConfigError("--problems", "names no problem");
  refuse_repeats("--methods", plan.methods);
  refuse_repeats("--problems", plan.problems);
  plan.seeds = number(arguments.seeds, 7, 10'000, "--seeds");
  plan.settings.evaluations = number(arguments.trials, 100, 1'000'000, "--trials");
  plan.settings.workers = static_cast<int>(number(arguments.workers, 1, 10'000, "--workers"));
  for (const BenchMethod& method : plan.methods) check_suits_any(method, plan);
  return plan;
}

BenchResult measure(BenchPlan plan, int jobs) {
  std::vector<std::function<BenchRun()>> runs;
  for (const problems::BenchProblem& problem : plan.problems)
    for (const BenchMethod& method : plan.methods)
      for (std::int64_t seed = 1; seed <= plan.seeds; ++seed)
        runs.push_back([&problem, &method, seed, settings = plan.settings] {
          return bench_run(method, problem, static_cast<std::uint64_t>(seed), settings);
        });
  const std::vector<IsolatedRun> results = isolated_runs(runs, jobs);
  return bench_result(std::move(plan), results);
}

void write_files(const BenchResult& result, const std::filesystem::path& folder) {
  write_for_others(folder / "bench.json", json_line(as_json(result)));
  for (std::size_t p = 0; p < result.plan.problems.size(); ++p)
    if (const std::string plot = anytime_plot(result, p); !plot.empty())
      write_for_others(folder / fmt::format("{}.svg", result.plan.problems[p].name), plot);
  if (const std::string plot = ranks_plot(result); !plot.empty())
    write_for_others(folder / "ranks.svg", plot);
}

ExitStatus show_replay(const BenchPlan& plan, std::int64_t outcomes) {
  fmt::print("{:<18}{:<34}{:>12}{:>16}\n", "problem", "method", "replay s", "first ask s");
  for (const problems::BenchProblem& problem : plan.problems)
    for (const BenchMethod& method : plan.methods) {
      const ReplayTimes times = bench_replay(method, problem, outcomes);
      fmt::print("{:<18}{:<34}{:>12.4f}{:>16.4f}\n", problem.name, method.name, times.told_s,
                 times.first_ask_s);
    }
  return ExitStatus::ok;
}

void refuse_beside_replay(const Arguments& arguments) {
  const bool has_more = arguments.seeds || arguments.trials || arguments.workers ||
                        arguments.jobs || arguments.out || arguments.json;
  if (has_more)
    throw ConfigError("--replay",
                      "prints times; of the other options it takes --methods and "
                      "--problems only");
}

ExitStatus bench(const Arguments& arguments) {
  if (arguments.replay) refuse_beside_replay(arguments);
  const BenchPlan plan = plan_of(arguments);
  if (arguments.replay)
    return show_replay(plan, number(arguments.replay, 1, 1'000'000, "--replay"));
  const int jobs = static_cast<int>(number(arguments.jobs, 1, 1'000, "--jobs"));
  std::optional<NewFolder> folder;  // before hours of work, not after
  if (arguments.out) folder.emplace(*arguments.out);
  const BenchResult result = measure(plan, jobs);
  if (arguments.json) {
    fmt::print("{}", json_line(as_json(result)));
  } else {
    fmt::print("{}", as_text(result, terminal_columns(unlimited_columns)));
  }
  if (folder) {
    std::filesystem::create_directories(folder->draft());
    write_files(result, folder->draft());
    folder->publish();
  }
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "bench", "measure search methods on problems with known answers, in virtual time",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      options.add("--methods", arguments->methods,
                  "NAME or NAME+OPTION=VALUE, with commas between (default random,auto)");
      options.add("--problems", arguments->problems,
                  "with commas between (default: all with one objective)");
      options.add("--seeds", arguments->seeds, "runs of each method on each problem (default 7)");
      options.add("--trials", arguments->trials, "of each run (default 100)");
      options.add("--workers", arguments->workers, "trials at a time, in virtual time (default 1)");
      options.add("--jobs", arguments->jobs, "processes at a time (default 1)");
      options.add("--replay", arguments->replay,
                  "instead: how long telling so many outcomes takes, and the first ask then");
      options.add("--out", arguments->out,
                  "folder to make for bench.json, PROBLEM.svg of each problem and ranks.svg");
      options.add_flag("--json", arguments->json, "one JSON object");
      return [arguments] { return bench(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
