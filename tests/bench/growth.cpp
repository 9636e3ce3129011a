// What a trial costs in a study that has many already, and what memory each finished one takes: a
// cost that grows with the history would make a long study quadratic.
#include <fmt/format.h>

#include "tests/bench/benchmarks.hpp"
#include "tests/bench/study.hpp"

namespace winnow::bench {
namespace {

constexpr std::int64_t further = 200;
constexpr std::int64_t sizes[] = {0, 1'000, 10'000, 100'000};
// Issue 3's bounds, for 100,000 finished trials.
constexpr double reach_ms = 20;
constexpr double reach_bytes = 300;

struct Run {
  double median_ms;
  std::int64_t max_rss_bytes;
};

Run run_winnow(const Workplace& place, std::int64_t finished) {
  const std::filesystem::path folder = place.fresh("grown");
  make_study(folder, study_config(place, finished + further), finished);
  const ProcessRun process = resume_study(place, folder);
  const std::vector<std::int64_t> starts = starts_us(folder, finished);
  const double median_ms = median(gaps_ms(starts));
  // Without the time before the first trial: that is another benchmark's.
  const double to_first_s = static_cast<double>(starts.front() - process.started_us) * 1e-6;
  fmt::print(
      "  {:>6} finished: median {:.2f} ms, 95% {:.2f} ms; first trial after {:.3f} s; whole "
      "session CPU {:.2f} s, {:.1f} MB\n",
      finished, median_ms, quantile(gaps_ms(starts), 0.95), to_first_s, process.cpu_s,
      static_cast<double>(process.max_rss_bytes) * 1e-6);
  return {median_ms, process.max_rss_bytes};
}

}  // namespace

std::vector<Figure> measure_growth(const Workplace& place) {
  fmt::print("a study that grows: {} further trials each\n", further);
  std::vector<Figure> figures;
  std::optional<Run> empty;
  for (const std::int64_t finished : sizes) {
    const Run run = run_winnow(place, finished);
    if (!empty) empty = run;
    Figure gap{fmt::format("start to start with {} finished trials (median)", finished),
               "ms",
               Better::less,
               run.median_ms,
               reach_ms,
               {},
               {}};
    figures.push_back(gap);
    if (finished != sizes[std::size(sizes) - 1]) continue;
    const double bytes = static_cast<double>(run.max_rss_bytes - empty->max_rss_bytes) /
                         static_cast<double>(finished);
    figures.push_back({fmt::format("memory per finished trial, of {}", finished),
                       "bytes",
                       Better::less,
                       bytes,
                       reach_bytes,
                       {},
                       {}});
  }
  return figures;
}

}  // namespace winnow::bench
