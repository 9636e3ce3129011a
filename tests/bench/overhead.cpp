// From the start of one trial to the start of the next, in one slot, where the trial itself costs
// next to nothing: all that is left is what the orchestrator makes of it.
#include <fmt/format.h>

#include "tests/bench/benchmarks.hpp"
#include "tests/bench/study.hpp"

namespace winnow::bench {
namespace {

constexpr int runs = 3;
constexpr std::int64_t trials = 1000;
// The peer takes longer with every trial that it has; fewer of them are in its favour.
constexpr std::int64_t peer_trials = 200;

struct Run {
  double median_ms;
  double trials_per_s;
};

Run run_of(const std::vector<std::int64_t>& starts) {
  const double span_s = static_cast<double>(starts.back() - starts.front()) * 1e-6;
  return {median(gaps_ms(starts)), static_cast<double>(starts.size() - 1) / span_s};
}

Run run_winnow(const Workplace& place) {
  const std::filesystem::path folder = place.fresh("overhead");
  make_study(folder, study_config(place, trials), 0);
  const ProcessRun process = resume_study(place, folder);
  const std::vector<std::int64_t> starts = starts_us(folder, 0);
  const std::vector<double> gaps = gaps_ms(starts);
  const Run run = run_of(starts);
  fmt::print(
      "  winnow  median {:.2f} ms, 95% {:.2f} ms, 99% {:.2f} ms; {:.1f} trials/s; CPU {:.2f} ms a "
      "trial\n",
      run.median_ms, quantile(gaps, 0.95), quantile(gaps, 0.99), run.trials_per_s,
      process.cpu_s * 1000 / trials);
  return run;
}

std::optional<Run> run_peer(const Workplace& place) {
  const std::string database = place.fresh("peer.db");
  const std::string reports = place.fresh("peer.jsonl");
  const std::optional<nlohmann::json> answer = place.ask_peer(
      {"trials", database, std::to_string(peer_trials), place.trivial_trial(), reports});
  if (!answer) return std::nullopt;
  const Run run = run_of(answer->at("starts_us").get<std::vector<std::int64_t>>());
  fmt::print("  optuna  median {:.2f} ms; {:.1f} trials/s; CPU {:.2f} ms a trial\n", run.median_ms,
             run.trials_per_s, answer->at("process_cpu_s").get<double>() * 1000 / peer_trials);
  return run;
}

/// Starting the same program and waiting for it, without anything else.
double floor_ms(const Workplace& place) {
  std::vector<double> times_ms;
  for (int k = 0; k < 200; ++k) {
    times_ms.push_back(run_process({place.trivial_trial(), "--x=1", "--y=2"}).elapsed_s * 1000);
  }
  return median(times_ms);
}

}  // namespace

std::vector<Figure> measure_overhead(const Workplace& place) {
  fmt::print("start to start: {} runs of {} trials, the peer's of {}\n", runs, trials, peer_trials);
  std::vector<double> ours_ms, ours_per_s, peers_ms, peers_per_s;
  for (int k = 0; k < runs; ++k) {
    const Run ours = run_winnow(place);
    ours_ms.push_back(ours.median_ms);
    ours_per_s.push_back(ours.trials_per_s);
    if (const std::optional<Run> peers = run_peer(place)) {
      peers_ms.push_back(peers->median_ms);
      peers_per_s.push_back(peers->trials_per_s);
    }
  }
  fmt::print("  starting the program and waiting for it, nothing else: {:.2f} ms\n",
             floor_ms(place));
  Figure gap{"start to start, trivial trial, one slot (median)",
             "ms",
             Better::less,
             median(ours_ms),
             8.0,
             {},
             {}};
  Figure rate{
      "trivial trials, one slot", "trials/s", Better::more, median(ours_per_s), {}, {}, 6.0};
  if (!peers_ms.empty()) {
    gap.peer = median(peers_ms);
    rate.peer = median(peers_per_s);
  }
  return {gap, rate};
}

}  // namespace winnow::bench
