// Many trials at once: a thousand that all have to finish, a hundred that only run, a thousand that
// sleep a second each in sixteen slots, and a load under which the peer's processes may die of a
// locked database.
#include <fmt/format.h>

#include "orchestrator/study_folder.hpp"
#include "tests/bench/benchmarks.hpp"
#include "tests/bench/study.hpp"
#include "tests/support/temporary_folder.hpp"

namespace winnow::bench {
namespace {

// Issue 3's bounds.
constexpr double reach_crowd_mb = 150;
constexpr double reach_descriptors = 4;
constexpr double reach_idle_percent = 1;
constexpr double reach_sleepers_s = 645;

struct Crowd {
  std::int64_t trials;
  std::int64_t slots;
  std::string script;
};

ProcessRun run_crowd(const Workplace& place, const std::filesystem::path& root,
                     const Crowd& crowd) {
  const std::filesystem::path file = place.fresh("crowd.yaml");
  tests::write_text(file,
                    fmt::format("name: crowd\nmethod: random\nmetric: {{name: loss}}\n"
                                "parameters: {{x: {{min: 0.0, max: 1.0}}}}\n"
                                "limits: {{max_trials: {}, max_concurrent: {}}}\n"
                                "trial:\n  command:\n    - /bin/sh\n    - -c\n    - |\n      {}\n",
                                crowd.trials, crowd.slots, crowd.script));
  return run_process({place.winnow(), "run", file, "--quiet", "--root", root});
}

std::int64_t completed(const std::filesystem::path& root) {
  return store::Store::open_read_only(root / "crowd/study.db").counts().completed;
}

std::vector<Figure> thousand_at_once(const Workplace& place) {
  constexpr std::int64_t trials = 1000;
  const std::filesystem::path root = place.fresh("thousand");
  const ProcessRun run =
      run_crowd(place, root, {trials, trials, "echo '{\"loss\":1}' >&3; exec sleep 30"});
  const double mb = static_cast<double>(run.max_rss_bytes) * 1e-6;
  const double descriptors = static_cast<double>(run.max_descriptors) / trials;
  fmt::print("  {} at once: {} completed, {:.0f} MB, {:.2f} descriptors a trial, {:.1f} s\n",
             trials, completed(root), mb, descriptors, run.elapsed_s);
  return {{fmt::format("completed, of {} trials at once", trials),
           "",
           Better::more,
           static_cast<double>(completed(root)),
           static_cast<double>(trials),
           {},
           {}},
          {fmt::format("memory with {} trials at once", trials),
           "MB",
           Better::less,
           mb,
           reach_crowd_mb,
           {},
           {}},
          {fmt::format("descriptors a trial, {} at once", trials),
           "",
           Better::less,
           descriptors,
           reach_descriptors,
           {},
           {}}};
}

Figure idle(const Workplace& place) {
  constexpr std::int64_t trials = 100;
  const ProcessRun run = run_crowd(place, place.fresh("idle"),
                                   {trials, trials, "echo '{\"loss\":1}' >&3; exec sleep 60"});
  // All have been started by then, and none has ended.
  const ProcessRun::Moment& from = run.moments.at(20);
  const ProcessRun::Moment& to = run.moments.at(50);
  const double percent = 100 * (to.cpu_s - from.cpu_s) / (to.at_s - from.at_s);
  fmt::print("  {} that only run: {:.2f} % of a core\n", trials, percent);
  return {fmt::format("of a core, with {} running trials", trials),
          "%",
          Better::less,
          percent,
          reach_idle_percent,
          {},
          {}};
}

}  // namespace

std::vector<Figure> measure_crowd(const Workplace& place) {
  fmt::print("many trials at once\n");
  std::vector<Figure> figures = thousand_at_once(place);
  figures.push_back(idle(place));
  return figures;
}

std::vector<Figure> measure_sleepers(const Workplace& place) {
  // A tenth of what the figure is for, in whole rounds as there: a last one that is half empty
  // would be counted ten times.
  constexpr std::int64_t slots = 16, trials = 62 * slots, of_figure = 10'000;
  const std::filesystem::path root = place.fresh("sleepers");
  const ProcessRun run =
      run_crowd(place, root, {trials, slots, "echo '{\"loss\":1}' >&3; exec sleep 1"});
  const double scaled_s = run.elapsed_s * of_figure / trials;
  constexpr std::int64_t ideal_s = trials / slots;
  fmt::print(
      "{} trials of `sleep 1` in {} slots: {} completed, {:.1f} s ({} s without any "
      "overhead), CPU {:.1f} s; {} would take {:.0f} s\n",
      trials, slots, completed(root), run.elapsed_s, ideal_s, run.cpu_s, of_figure, scaled_s);
  return {{fmt::format("{} trials of `sleep 1`, {} slots, from {}", of_figure, slots, trials),
           "s",
           Better::less,
           scaled_s,
           reach_sleepers_s,
           {},
           {}}};
}

std::vector<Figure> measure_faults(const Workplace& place) {
  constexpr std::int64_t slots = 32, trials = 32 * 30;
  fmt::print("{} trials of 20 reports each, {} at a time, in one SQLite file\n", trials, slots);
  const std::filesystem::path root = place.fresh("faults");
  const ProcessRun run = run_crowd(place, root,
                                   {trials, slots,
                                    "i=0; while [ $i -lt 20 ]; do i=$((i+1)); echo "
                                    "\"{\\\"step\\\":$i,\\\"loss\\\":1}\" >&3; done"});
  fmt::print("  winnow  {} completed, {:.1f} s\n", completed(root), run.elapsed_s);
  Figure figure{fmt::format("completed of {} trials, {} at a time", trials, slots),
                "",
                Better::more,
                static_cast<double>(completed(root)),
                static_cast<double>(trials),
                {},
                {}};
  const std::string database = place.fresh("peer.db");
  if (const auto answer = place.ask_peer({"crowd", database, std::to_string(slots), "30", "20"})) {
    fmt::print("  optuna  {} completed, {} left running; {} of {} processes died; {:.1f} s\n",
               answer->at("completed").get<int>(), answer->at("running").get<int>(),
               answer->at("died").get<int>(), slots, answer->at("elapsed_s").get<double>());
    figure.peer = answer->at("completed").get<double>();
  }
  return {figure};
}

}  // namespace winnow::bench
