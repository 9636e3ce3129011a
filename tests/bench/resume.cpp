// From the start of the process to the start of its first new trial's program, where the study has
// many finished trials. Files are in the page cache: what a cold disk adds is not the program's.
#include <fmt/format.h>

#include "orchestrator/study_folder.hpp"
#include "tests/bench/benchmarks.hpp"
#include "tests/bench/study.hpp"

namespace winnow::bench {
namespace {

constexpr int runs = 5;
constexpr std::int64_t finished = 10'000;

double run_winnow(const Workplace& place, const std::filesystem::path& filled) {
  const std::filesystem::path folder = place.fresh("resumed");
  std::filesystem::create_directories(folder);
  std::filesystem::copy_file(run::StudyFolder(filled).database(),
                             run::StudyFolder(folder).database());
  const ProcessRun process = resume_study(place, folder);
  const std::int64_t first_us = starts_us(folder, finished).front();
  const double to_first_s = static_cast<double>(first_us - process.started_us) * 1e-6;
  fmt::print(
      "  winnow  {:.3f} s to the first trial; the whole session {:.3f} s, CPU {:.3f} s, {:.1f} "
      "MB\n",
      to_first_s, process.elapsed_s, process.cpu_s,
      static_cast<double>(process.max_rss_bytes) * 1e-6);
  return to_first_s;
}

std::optional<double> run_peer(const Workplace& place, const std::filesystem::path& filled) {
  const std::filesystem::path database = place.fresh("peer.db");
  std::filesystem::copy_file(filled, database, std::filesystem::copy_options::overwrite_existing);
  const std::string reports = place.fresh("peer.jsonl");
  const std::optional<nlohmann::json> answer =
      place.ask_peer({"resume", database, place.trivial_trial(), reports});
  if (!answer) return std::nullopt;
  const double to_first_s =
      1e-6 * static_cast<double>(answer->at("started_us").get<std::int64_t>() -
                                 answer->at("process_started_us").get<std::int64_t>());
  fmt::print("  optuna  {:.3f} s to the first trial; CPU {:.3f} s\n", to_first_s,
             answer->at("process_cpu_s").get<double>());
  return to_first_s;
}

}  // namespace

std::vector<Figure> measure_resume(const Workplace& place) {
  fmt::print("resume of {} finished trials: {} runs\n", finished, runs);
  const std::filesystem::path filled = place.fresh("filled");
  make_study(filled, study_config(place, finished + 1), finished);
  const std::filesystem::path peers_filled = place.fresh("peer-filled.db");
  const bool has_peer =
      place.ask_peer({"fill", peers_filled, std::to_string(finished)}).has_value();
  std::vector<double> ours, peers;
  for (int k = 0; k < runs; ++k) {
    ours.push_back(run_winnow(place, filled));
    if (!has_peer) continue;
    if (const std::optional<double> peer = run_peer(place, peers_filled)) peers.push_back(*peer);
  }
  Figure time{fmt::format("resume of {} trials, process start to first new trial", finished),
              "s",
              Better::less,
              median(ours),
              1.0,
              {},
              {}};
  if (!peers.empty()) time.peer = median(peers);
  return {time};
}

}  // namespace winnow::bench
