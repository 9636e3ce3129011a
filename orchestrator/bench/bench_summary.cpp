#include "orchestrator/bench/bench_summary.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/table.hpp"
#include "searchers/stats/error_control/corrections.hpp"
#include "searchers/stats/sample.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

template <class Number>
double median_of(const BenchCell& cell, Number number) {
  std::vector<double> values;
  for (const BenchRun& run : cell.runs) values.push_back(number(run));
  return stats::quantile_of_sorted(stats::sorted(values), 0.5);
}

double peak_of(const BenchCell& cell) {
  double peak = 0;
  for (const BenchRun& run : cell.runs) peak = std::max(peak, run.peak_mib);
  return peak;
}

/// Did all methods finish under all seeds?
bool is_whole(const std::vector<BenchCell>& of_problem) {
  return std::all_of(of_problem.begin(), of_problem.end(),
                     [](const BenchCell& cell) { return cell.failures.empty(); });
}

/// A row for each whole problem under each seed, a column for each method.
std::vector<std::vector<double>> blocks_of(const BenchResult& result) {
  std::vector<std::vector<double>> blocks;
  for (const std::vector<BenchCell>& of_problem : result.cells) {
    for (std::int64_t seed = 0; is_whole(of_problem) && seed < result.plan.seeds; ++seed) {
      std::vector<double> row;
      for (const BenchCell& cell : of_problem)  // only the order counts: nothing measured is last
        row.push_back(std::min(cell.runs[static_cast<std::size_t>(seed)].gap(),
                               std::numeric_limits<double>::max()));
      blocks.push_back(std::move(row));
    }
  }
  return blocks;
}

/// Problems that the order passes over.
std::vector<std::string> problems_left_out(const BenchResult& result) {
  std::vector<std::string> names;
  for (std::size_t p = 0; p < result.cells.size(); ++p)
    if (!is_whole(result.cells[p])) names.push_back(result.plan.problems[p].name);
  return names;
}

std::string ranking_text(const BenchResult& result, std::size_t width) {
  const std::vector<std::string> left_out = problems_left_out(result);
  const std::string without =
      left_out.empty()
          ? ""
          : fmt::format("without {}, where not every method finished under every seed\n",
                        fmt::join(left_out, ", "));
  const stats::Answer<BenchRanking> answer = bench_ranking(result);
  if (!answer)
    return fmt::format("no order of the methods: {}\n{}", answer.refusal().reason, without);
  const BenchRanking& found = *answer;
  Table table{{{"method"},
               {"mean rank", Table::Align::right},
               {"p against the first", Table::Align::right}},
              {}};
  const std::size_t first = found.ranking.order.front();
  for (const std::size_t method : found.ranking.order) {
    std::string p;
    for (const stats::PairComparison& pair : found.pairs)
      if ((pair.first == first && pair.second == method) ||
          (pair.second == first && pair.first == method))
        p = stats::p_text(pair.p);
    table.rows.push_back({result.plan.methods[method].name,
                          fmt::format("{:.2f}", found.ranking.friedman.mean_ranks[method]), p});
  }
  const stats::TestResult& friedman = found.ranking.friedman.iman_davenport;
  return fmt::format(
      "{}Friedman's test over {} blocks (problems × seeds): p = {}; pairs: Conover's test, "
      "corrected "
      "by Holm;\nmean ranks that differ by less than {:.2f} are not told apart by Nemenyi's (5 "
      "%)\n{}",
      as_text(table, width), friedman.n, stats::p_text(friedman.p),
      *found.ranking.critical_difference, without);
}

}  // namespace

double BenchCell::quantile_of_gap(double q) const {
  std::vector<double> gaps;
  for (const BenchRun& run : runs) gaps.push_back(run.gap());
  return stats::quantile_of_sorted(stats::sorted(gaps), q);
}

BenchResult bench_result(BenchPlan plan, const std::vector<IsolatedRun>& runs) {
  BenchResult result{std::move(plan), {}};
  auto next = runs.begin();
  for (std::size_t problem = 0; problem < result.plan.problems.size(); ++problem) {
    result.cells.emplace_back(result.plan.methods.size());
    for (BenchCell& cell : result.cells.back())
      for (std::int64_t seed = 0; seed < result.plan.seeds; ++seed, ++next) {
        if (const BenchRun* run = std::get_if<BenchRun>(&*next)) cell.runs.push_back(*run);
        if (const std::string* why = std::get_if<std::string>(&*next))
          cell.failures.push_back(*why);
      }
  }
  return result;
}

stats::Answer<BenchRanking> bench_ranking(const BenchResult& result) {
  const std::vector<std::vector<double>> blocks = blocks_of(result);
  const stats::Answer<stats::Ranking> ranking = stats::rank_by_nemenyi(blocks);
  if (!ranking) return ranking.refusal();
  const stats::Answer<stats::PostHoc> conover = stats::conover(blocks);
  if (!conover) return conover.refusal();
  BenchRanking found{*ranking, conover->pairs};
  std::vector<double> p_values;
  for (const stats::PairComparison& pair : found.pairs) p_values.push_back(pair.p);
  const stats::Answer<std::vector<double>> corrected =
      stats::adjusted(p_values, stats::Correction::holm);
  if (!corrected) return corrected.refusal();
  for (std::size_t k = 0; k < found.pairs.size(); ++k) found.pairs[k].p = (*corrected)[k];
  return found;
}

std::string as_text(const BenchResult& result, std::size_t width) {
  using enum Table::Align;
  Table table{{{"problem"},
               {"method"},
               {"lower", right},
               {"median", right},
               {"upper", right},
               {"ask+tell us", right},
               {"CPU s", right},
               {"MiB", right}},
              {}};
  std::string failures;
  for (std::size_t p = 0; p < result.cells.size(); ++p)
    for (std::size_t m = 0; m < result.cells[p].size(); ++m) {
      const BenchCell& cell = result.cells[p][m];
      const std::string& problem = result.plan.problems[p].name;
      const std::string& method = result.plan.methods[m].name;
      if (!cell.failures.empty())
        failures += fmt::format("{} on {}: {} of {} runs failed: {}\n", method, problem,
                                cell.failures.size(), result.plan.seeds, cell.failures.front());
      if (cell.runs.empty()) continue;
      table.rows.push_back(
          {problem, method, fmt::format("{:.3g}", cell.quantile_of_gap(0.25)),
           fmt::format("{:.3g}", cell.quantile_of_gap(0.5)),
           fmt::format("{:.3g}", cell.quantile_of_gap(0.75)),
           fmt::format("{:.1f}", 1e6 * median_of(cell, [](const auto& run) { return run.late_s; })),
           fmt::format("{:.3g}", median_of(cell, [](const auto& run) { return run.processor_s; })),
           fmt::format("{:.0f}", peak_of(cell))});
    }
  return fmt::format("{} seeds, {} trials, {} at a time\n{}{}", result.plan.seeds,
                     result.plan.settings.evaluations, result.plan.settings.workers,
                     as_text(table, width), failures) +
         (result.plan.methods.size() > 1 ? "\n" + ranking_text(result, width) : "");
}

nlohmann::ordered_json as_json(const BenchResult& result) {
  Json json = {{"version", 1},
               {"seeds", result.plan.seeds},
               {"evaluations", result.plan.settings.evaluations},
               {"workers", result.plan.settings.workers},
               {"runs", Json::array()}};
  for (std::size_t p = 0; p < result.cells.size(); ++p)
    for (std::size_t m = 0; m < result.cells[p].size(); ++m) {
      for (const BenchRun& run : result.cells[p][m].runs) {
        Json trace = Json::array();
        for (const TracePoint& point : run.trace)
          trace.push_back({point.ended, point.time, number_json(point.gap)});
        json["runs"].push_back({{"problem", result.plan.problems[p].name},
                                {"method", result.plan.methods[m].name},
                                {"gap", number_json(run.gap())},
                                {"cpu_s", run.processor_s},
                                {"ask_and_tell_s", run.late_s},
                                {"peak_mib", run.peak_mib},
                                {"trace", std::move(trace)}});
      }
      for (const std::string& failure : result.cells[p][m].failures)
        json["runs"].push_back({{"problem", result.plan.problems[p].name},
                                {"method", result.plan.methods[m].name},
                                {"failure", failure}});
    }
  const stats::Answer<BenchRanking> answer = bench_ranking(result);
  if (!answer) {
    json["no_ranking"] = answer.refusal().reason;
    return json;
  }
  json["left_out"] = problems_left_out(result);
  const stats::Friedman& friedman = answer->ranking.friedman;
  json["mean_ranks"] = Json::object();
  for (std::size_t m = 0; m < result.plan.methods.size(); ++m)
    json["mean_ranks"][result.plan.methods[m].name] = friedman.mean_ranks[m];
  json["friedman_p"] = friedman.iman_davenport.p;
  json["critical_difference"] = *answer->ranking.critical_difference;
  json["pairs"] = Json::array();
  for (const stats::PairComparison& pair : answer->pairs)
    json["pairs"].push_back({{"first", result.plan.methods[pair.first].name},
                             {"second", result.plan.methods[pair.second].name},
                             {"p_holm", pair.p}});
  return json;
}

}  // namespace winnow::run
