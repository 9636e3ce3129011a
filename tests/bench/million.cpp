// A store of a million trials: how large it is, what the questions of people cost, and how long a
// study that has it takes to go on.
#include <fmt/format.h>

#include "orchestrator/study_folder.hpp"
#include "storage/sqlite.hpp"
#include "tests/bench/benchmarks.hpp"
#include "tests/bench/study.hpp"

namespace winnow::bench {
namespace {

constexpr std::int64_t finished = 1'000'000;
constexpr int runs = 5;
// Issue 3's bounds.
constexpr double reach_answer_ms = 100;
constexpr double reach_file_mb = 300;
constexpr double reach_resume_s = 10;

/// What a store takes without its curves: all pages but those of the measurements. With them is how
/// large its file is.
std::int64_t bytes_without_curves(const std::filesystem::path& database) {
  const store::Store store = store::Store::open_read_only(database);
  return *store.connection().first<std::int64_t>(
      "SELECT sum(pgsize) FROM dbstat WHERE name <> 'measurements'");
}

/// Opening the store for reading and one question, as a command does; the median.
template <class Ask>
double answer_ms(const std::filesystem::path& database, const Ask& ask) {
  std::vector<double> times_ms;
  for (int k = 0; k < runs; ++k) {
    const std::int64_t began_us = now_us();
    const store::Store store = store::Store::open_read_only(database);
    ask(store);
    times_ms.push_back(static_cast<double>(now_us() - began_us) / 1000);
  }
  return median(times_ms);
}

Figure answer(const std::string& question, double ms) {
  fmt::print("  {}: {:.1f} ms\n", question, ms);
  return {fmt::format("{}, of {} trials", question, finished),
          "ms",
          Better::less,
          ms,
          reach_answer_ms,
          {},
          {}};
}

}  // namespace

std::vector<Figure> measure_million(const Workplace& place) {
  fmt::print("a store of {} trials\n", finished);
  const std::filesystem::path folder = place.fresh("million");
  const run::StudyConfig config = study_config(place, finished + 1);
  make_study(folder, config, finished);
  const std::filesystem::path database = run::StudyFolder(folder).database();
  const double file_mb = static_cast<double>(std::filesystem::file_size(database)) * 1e-6;
  const double without_curves_mb = static_cast<double>(bytes_without_curves(database)) * 1e-6;
  fmt::print("  file: {:.0f} MB, with one report of two numbers a trial; {:.0f} MB without them\n",
             file_mb, without_curves_mb);

  std::vector<Figure> figures;
  figures.push_back({fmt::format("file of {} trials without curves", finished),
                     "MB",
                     Better::less,
                     without_curves_mb,
                     reach_file_mb,
                     {},
                     {}});
  figures.push_back(answer("status", answer_ms(database, [](const store::Store& store) {
                             store.study();
                             store.counts();
                             store.attempts_not_ended();
                           })));
  const Objective& objective = config.spec.objectives.front();
  figures.push_back(answer("best 10", answer_ms(database, [&](const store::Store& store) {
                             store.best(objective, 10);
                           })));
  figures.push_back(answer(
      "a page of 100 trials",
      answer_ms(database, [](const store::Store& store) { store.trials(finished / 2, 100); })));

  const ProcessRun process = resume_study(place, folder);
  const double to_first_s =
      static_cast<double>(starts_us(folder, finished).front() - process.started_us) * 1e-6;
  fmt::print("  resume: {:.2f} s to the first new trial, {:.0f} MB\n", to_first_s,
             static_cast<double>(process.max_rss_bytes) * 1e-6);
  figures.push_back({fmt::format("resume of {} trials, process start to first new trial", finished),
                     "s",
                     Better::less,
                     to_first_s,
                     reach_resume_s,
                     {},
                     {}});
  return figures;
}

}  // namespace winnow::bench
