#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "orchestrator/bench/bench_plots.hpp"
#include "searchers/problem/error.hpp"

using Catch::Contains;
using namespace winnow;
using namespace winnow::run;

namespace {

BenchResult measured(const std::vector<std::string>& methods,
                     const std::vector<std::string>& problems, BenchSettings settings,
                     std::int64_t seeds, int at_once) {
  BenchPlan plan;
  for (const std::string& word : methods) plan.methods.push_back(BenchMethod::parse(word));
  for (const std::string& name : problems) plan.problems.push_back(problems::bench_problem(name));
  plan.seeds = seeds;
  plan.settings = settings;
  std::vector<std::function<BenchRun()>> runs;
  for (const auto& problem : plan.problems)
    for (const auto& method : plan.methods)
      for (std::int64_t seed = 1; seed <= seeds; ++seed)
        runs.push_back([&problem, &method, seed, settings] {
          return bench_run(method, problem, static_cast<std::uint64_t>(seed), settings);
        });
  const std::vector<IsolatedRun> results = isolated_runs(runs, at_once);
  return bench_result(std::move(plan), results);
}

std::vector<double> gaps(const BenchResult& result) {
  std::vector<double> all;
  for (const auto& of_problem : result.cells)
    for (const BenchCell& cell : of_problem)
      for (const BenchRun& run : cell.runs) all.push_back(run.gap());
  return all;
}

}  // namespace

TEST_CASE("a benchmark finds the same gaps however many processes it uses") {
  const std::vector<std::string> methods = {"random", "sobol"},
                                 problems = {"branin", "failing_ackley5", "rosenbrock_disk",
                                             "zdt1:5"};
  const BenchResult one = measured(methods, problems, {60, 4}, 2, 1);
  CHECK(gaps(one).size() == 16);
  CHECK(gaps(one) == gaps(measured(methods, problems, {60, 4}, 2, 3)));
}

TEST_CASE("workers share the virtual time, and what a run has found only gets better") {
  const BenchResult alone = measured({"random"}, {"branin"}, {200, 1}, 1, 1);
  const BenchResult many = measured({"random"}, {"branin"}, {200, 10}, 1, 1);
  const auto& slow = alone.cells[0][0].runs[0].trace;
  const auto& fast = many.cells[0][0].runs[0].trace;
  CHECK(slow.back().ended == 200);
  CHECK(fast.back().ended == 200);
  CHECK(fast.back().time < slow.back().time / 7);  // ten at a time, less what is idle at the end
  CHECK(slow.size() > 20);
  for (std::size_t k = 1; k < slow.size(); ++k) {
    CHECK(slow[k].ended > slow[k - 1].ended);
    CHECK(slow[k].gap <= slow[k - 1].gap);
  }
  CHECK(alone.cells[0][0].runs[0].peak_mib > 1);
}

TEST_CASE("methods are ordered by their ranks, with the tests that support it") {
  const BenchResult result =
      measured({"random", "sobol", "tpe"}, {"branin", "rosenbrock5", "ackley5"}, {80, 1}, 4, 2);
  const auto ranking = bench_ranking(result);
  REQUIRE(ranking);
  CHECK(ranking->ranking.order.front() == 2);
  CHECK(ranking->ranking.friedman.iman_davenport.n == 12);
  CHECK(ranking->pairs.size() == 3);
  const nlohmann::ordered_json json = as_json(result);
  CHECK(json["runs"].size() == 36);
  CHECK(json["mean_ranks"]["tpe"] < json["mean_ranks"]["random"]);
  CHECK(json["friedman_p"] < 0.05);
  CHECK_THAT(as_text(result, 200), Contains("mean rank") && Contains("rosenbrock5"));
  const std::string plot = anytime_plot(result, 1), ranks = ranks_plot(result);
  CHECK(plot.starts_with("<svg xmlns="));
  for (const char* word : {"m0", "m2", "regret", "tpe", "</svg>"}) CHECK_THAT(plot, Contains(word));
  CHECK_THAT(ranks, Contains("sobol (") && Contains("tied"));
}

TEST_CASE("a run that fails takes nothing with it") {
  const auto good = [] {
    return bench_run(BenchMethod::parse("random"), problems::bench_problem("branin"), 1, {5, 1});
  };
  const std::vector<IsolatedRun> runs =
      isolated_runs({good, []() -> BenchRun { throw ConfigError("space", "too wide"); },
                     []() -> BenchRun {
                       ::raise(SIGKILL);
                       return {};
                     },
                     []() -> BenchRun { ::_exit(3); }, good},
                    2);
  REQUIRE(std::holds_alternative<BenchRun>(runs[0]));
  CHECK_THAT(std::get<std::string>(runs[1]), Contains("too wide"));
  CHECK(std::get<std::string>(runs[2]) == "killed by signal 9");
  CHECK(std::get<std::string>(runs[3]) == "ended with code 3 and no result");
  CHECK(std::get<BenchRun>(runs[4]).gap() == std::get<BenchRun>(runs[0]).gap());
}

TEST_CASE("a method's options are read as in a study file") {
  const BenchMethod method = BenchMethod::parse("gp+noise=none+starts=3");
  CHECK(method.method == "gp");
  CHECK(method.options ==
        std::map<std::string, Value>{{"noise", std::string("none")}, {"starts", std::int64_t{3}}});
  for (const char* word : {"gp+", "gp+noise", "gp+=1", "gp+starts="})
    CHECK_THROWS_AS(BenchMethod::parse(word), ConfigError);
}

TEST_CASE("a run that ends early has the times of its own last tenth") {
  const BenchRun run = bench_run(BenchMethod::parse("one_at_a_time"),
                                 problems::bench_problem("branin"), 1, {500, 1});
  CHECK(run.trace.back().ended < 20);
  CHECK(run.late_s > 0);
}

TEST_CASE("an order of methods says which problems it passes over") {
  const BenchResult result = measured({"random", "gp"}, {"branin", "zdt1:5"}, {4, 1}, 2, 1);
  CHECK_THAT(as_text(result, 200), Contains("without zdt1:5, where"));
  CHECK(as_json(result)["left_out"] == nlohmann::json{"zdt1:5"});
  const BenchMethod gp = BenchMethod::parse("gp"), unknown = BenchMethod::parse("nothing");
  CHECK_NOTHROW(check_method(gp, problems::bench_problem("branin"), {4, 1}));
  CHECK_THROWS_AS(check_method(gp, problems::bench_problem("zdt1:5"), {4, 1}), ConfigError);
  CHECK_THROWS_AS(check_method(unknown, problems::bench_problem("branin"), {4, 1}), ConfigError);
}
