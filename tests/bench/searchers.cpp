// Issue 5's figures of cost: processor time of an ask with its tell, of a replay, of fronts;
// memory.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <utility>

#include "searchers/numerics/hypervolume.hpp"
#include "searchers/problems/bench_problem.hpp"
#include "searchers/registry.hpp"
#include "tests/bench/benchmarks.hpp"
#include "tests/bench/measurement.hpp"

namespace winnow::bench {
namespace {

using problems::BenchProblem;

std::unique_ptr<search::Searcher> made(const std::string& method, const BenchProblem& problem,
                                       std::int64_t max_trials) {
  std::map<std::string, Value> options;
  if (method == "grid") options["points_per_parameter"] = std::int64_t{3};
  return search::make_searcher(method, options,
                               {problem.space, problem.objectives(), {}, 1, max_trials});
}

/// A study that has told its searcher `trials` outcomes: of points that the searcher proposed, or
/// of random ones.
class Study {
 public:
  Study(const std::string& method, const BenchProblem& problem, std::int64_t max_trials)
      : problem_(problem),
        searcher_(made(method, problem, max_trials)),
        random_(made("random", problem, max_trials)) {}

  void ask_and_tell(std::int64_t trials) {
    for (std::int64_t k = 0; k < trials; ++k) {
      const double began_s = cpu_s();
      const Suggestion suggestion = searcher_->ask({TrialNumber{told_++}, {}}, 1).suggestions.at(0);
      took_s_ += cpu_s() - began_s;
      const Outcome outcome = problem_.evaluate(suggestion, 1);
      const double goes_on_s = cpu_s();
      searcher_->tell(outcome);
      took_s_ += cpu_s() - goes_on_s;
    }
  }

  void tell_random(std::int64_t trials) {
    std::vector<Outcome> past;
    for (std::int64_t k = 0; k < trials; ++k)
      past.push_back(
          problem_.evaluate(random_->ask({TrialNumber{told_ + k}, {}}, 1).suggestions.at(0), 1));
    const double began_s = cpu_s();
    for (const Outcome& outcome : past) searcher_->tell(outcome);
    took_s_ += cpu_s() - began_s;
    told_ += trials;
  }

  /// What the searcher took since it was asked this last.
  double took_s() { return std::exchange(took_s_, 0); }

 private:
  const BenchProblem& problem_;
  std::unique_ptr<search::Searcher> searcher_, random_;
  std::int64_t told_ = 0;
  double took_s_ = 0;
};

/// Of an ask with its tell after `trials`, in ms: the mean over a twentieth as many more, in which
/// a model is fitted once (searchers/models/fit_schedule.hpp), 20 at least.
double step_ms(const std::string& method, const BenchProblem& problem, std::int64_t trials,
               bool is_own_history) {
  const std::int64_t further = std::max<std::int64_t>(20, trials / 20);
  Study study(method, problem, trials + further);
  is_own_history ? study.ask_and_tell(trials) : study.tell_random(trials);
  study.took_s();
  study.ask_and_tell(further);
  return 1e3 * study.took_s() / static_cast<double>(further);
}

struct Step {
  std::string method;
  std::int64_t trials;
  double reach_ms;
};

std::vector<Figure> steps() {
  const BenchProblem numbers = problems::bench_problem("rosenbrock10");
  const BenchProblem front = problems::bench_problem("zdt1:10");
  std::vector<Step> all;
  for (const std::string method : {"random", "sobol", "de", "cmaes"})
    for (const std::int64_t trials : {100, 1'000, 10'000, 100'000})
      all.push_back({method, trials, method == "cmaes" && trials == 100 ? 1 : 0.02});
  for (const Step& step :
       {Step{"tpe", 100, 0.5}, Step{"tpe", 1'000, 2}, Step{"tpe", 10'000, 20}, Step{"gp", 100, 15},
        Step{"gp", 1'000, 120}, Step{"gp", 10'000, 150}, Step{"mogp", 100, 60}})
    all.push_back(step);
  std::vector<Figure> figures;
  for (const Step& step : all) {
    const bool has_model = step.reach_ms > 0.02 && step.method != "cmaes";
    const bool is_own = !has_model || step.trials <= 1'000;
    const double took_ms =
        step_ms(step.method, step.method == "mogp" ? front : numbers, step.trials, is_own);
    fmt::print("  {} after {} {}: {:.4f} ms\n", step.method, step.trials,
               is_own ? "of its own" : "random ones", took_ms);
    const bool in_us = step.reach_ms < 0.1;
    figures.push_back({fmt::format("ask + tell, {}, after {}", step.method, step.trials),
                       in_us ? "µs" : "ms",
                       Better::less,
                       in_us ? 1e3 * took_ms : took_ms,
                       in_us ? 1e3 * step.reach_ms : step.reach_ms,
                       {},
                       {}});
  }
  return figures;
}

/// Of 10,000 random outcomes, by the method that takes longest.
Figure replay() {
  constexpr std::int64_t outcomes = 10'000;
  double most_s = 0;
  std::string slowest;
  for (const std::string name : {"rosenbrock10", "zdt1:10"}) {
    const BenchProblem problem = problems::bench_problem(name);
    for (const search::SearcherEntry* entry : search::searchers()) {
      if (!entry->capabilities.continuous) continue;
      if (problem.has_front() && !entry->capabilities.multi_objective) continue;
      Study study(entry->name, problem, outcomes + 1);
      study.tell_random(outcomes);
      const double took_s = study.took_s();
      fmt::print("  replay of {} by {}: {:.4f} s\n", outcomes, entry->name, took_s);
      if (took_s <= most_s) continue;
      most_s = took_s;
      slowest = entry->name;
    }
  }
  return {"replay of 10,000 outcomes, slowest method: " + slowest,
          "s",
          Better::less,
          most_s,
          0.1,
          {},
          {}};
}

/// Points of which none dominates another: of a sphere, the coordinates turned round.
std::vector<search::Losses> front_of(std::size_t points, std::size_t objectives) {
  search::Rng rng(1, static_cast<std::int64_t>(objectives), "front");
  std::vector<search::Losses> front(points, search::Losses(objectives));
  for (search::Losses& losses : front) {
    double squares = 0;
    for (double& loss : losses) {
      loss = std::abs(rng.normal());
      squares += loss * loss;
    }
    for (double& loss : losses) loss = 1 - loss / std::sqrt(squares);
  }
  return front;
}

std::vector<Figure> fronts() {
  constexpr int repetitions = 5;
  const auto median_ms = [](const auto& compute) {
    std::vector<double> times_ms;
    for (int k = 0; k < repetitions; ++k) {
      const double began_s = cpu_s();
      compute();
      times_ms.push_back(1e3 * (cpu_s() - began_s));
    }
    return median(times_ms);
  };
  const auto volume_ms = [&](std::size_t points, std::size_t objectives) {
    const std::vector<search::Losses> front = front_of(points, objectives);
    double volume = 0;
    const search::Losses reference(objectives, 1.1);
    const double took_ms = median_ms([&] { volume = search::hypervolume(front, reference); });
    fmt::print("  hypervolume of {} × {}: {:.6f}, {:.2f} ms\n", points, objectives, volume,
               took_ms);
    return took_ms;
  };
  search::Rng rng(1, 0, "cloud");
  std::vector<search::Losses> cloud(100'000, search::Losses(3));
  for (search::Losses& losses : cloud)
    for (double& loss : losses) loss = rng.uniform();
  std::size_t layers = 0;
  const double sort_ms = median_ms([&] {
    const std::vector<std::size_t> layer = search::dominance_layers(cloud);
    layers = *std::max_element(layer.begin(), layer.end()) + 1;
  });
  fmt::print("  {} × 3 random vectors in {} layers: {:.1f} ms\n", cloud.size(), layers, sort_ms);
  return {{"hypervolume, 10,000 × 3", "ms", Better::less, volume_ms(10'000, 3), 20, {}, {}},
          {"hypervolume, 1,000 × 4", "ms", Better::less, volume_ms(1'000, 4), 50, {}, {}},
          {"nondominated sort, 100,000 × 3", "s", Better::less, 1e-3 * sort_ms, 0.3, {}, {}}};
}

Figure memory(const Workplace& place) {
  const ProcessRun run = run_process({place.winnow(), "bench", "--methods", "gp", "--problems",
                                      "rosenbrock10", "--replay", "1000"});
  return {"peak memory of gp told 1,000 outcomes and asked",
          "MB",
          Better::less,
          static_cast<double>(run.max_rss_bytes) * 1e-6,
          120,
          {},
          {}};
}

}  // namespace

std::vector<Figure> measure_searchers(const Workplace& place) {
  fmt::print("searchers: processor time of this process, on ten numbers\n");
  std::vector<Figure> figures = steps();
  figures.push_back(replay());
  for (Figure& figure : fronts()) figures.push_back(std::move(figure));
  figures.push_back(memory(place));
  return figures;
}

}  // namespace winnow::bench
