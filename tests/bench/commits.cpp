// A suggestion and what it leaves on disk, without a process: ask, add and start the trial, end it
// with its reports, tell. Two transactions, each durable before the next step.
#include <fmt/format.h>

#include "orchestrator/study_folder.hpp"
#include "tests/bench/benchmarks.hpp"
#include "tests/bench/study.hpp"

namespace winnow::bench {
namespace {

constexpr int runs = 5;
constexpr std::int64_t trials = 1000;
constexpr std::int64_t peer_trials = 200;

double run_winnow(const Workplace& place) {
  const run::StudyConfig config = study_config(place, trials);
  const std::filesystem::path folder = place.fresh("commits");
  make_study(folder, config, 0);
  double elapsed_s = 0;
  {
    store::Store store = store::Store::open(run::StudyFolder(folder).database());
    TrialWriter writer(store, config);
    const double began_cpu_s = cpu_s();
    const std::int64_t began_us = now_us();
    for (std::int64_t number = 0; number < trials; ++number) {
      writer.write_trial(number, TrialWriter::Process::none);
    }
    elapsed_s = static_cast<double>(now_us() - began_us) * 1e-6;
    fmt::print("  winnow  {:.0f} trials/s; {:.2f} ms a trial, CPU {:.2f} ms\n", trials / elapsed_s,
               elapsed_s * 1000 / trials, (cpu_s() - began_cpu_s) * 1000 / trials);
  }
  return trials / elapsed_s;
}

std::optional<double> run_peer(const Workplace& place) {
  const std::string database = place.fresh("peer.db");
  const std::optional<nlohmann::json> answer =
      place.ask_peer({"commits", database, std::to_string(peer_trials)});
  if (!answer) return std::nullopt;
  const double elapsed_s = answer->at("elapsed_s").get<double>();
  fmt::print("  optuna  {:.1f} trials/s; {:.2f} ms a trial\n", peer_trials / elapsed_s,
             elapsed_s * 1000 / peer_trials);
  return peer_trials / elapsed_s;
}

}  // namespace

std::vector<Figure> measure_commits(const Workplace& place) {
  fmt::print("suggestion and durable commits: {} runs of {} trials, the peer's of {}\n", runs,
             trials, peer_trials);
  std::vector<double> ours, peers;
  for (int k = 0; k < runs; ++k) {
    ours.push_back(run_winnow(place));
    if (const std::optional<double> peer = run_peer(place)) peers.push_back(*peer);
  }
  Figure rate{"suggestion and durable commits, no process",
              "trials/s",
              Better::more,
              median(ours),
              700.0,
              {},
              {}};
  if (!peers.empty()) rate.peer = median(peers);
  return {rate};
}

}  // namespace winnow::bench
