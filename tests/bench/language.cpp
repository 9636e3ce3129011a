// Issue 4's figures: faults and large study files, a crowd of writers, the screen of `winnow top`.
#include <fmt/format.h>

#include "orchestrator/study_folder.hpp"
#include "orchestrator/top_screen.hpp"
#include "tests/bench/benchmarks.hpp"
#include "tests/bench/study.hpp"
#include "tests/support/temporary_folder.hpp"

namespace winnow::bench {
namespace {

constexpr int repetitions = 20;

const std::string head =
    "name: wide\nmethod: random\nmetric: {name: loss}\nlimits: {max_trials: 5}\n"
    "trial: {command: [/bin/true]}\n";

double milliseconds_since(std::int64_t began_us) {
  return static_cast<double>(now_us() - began_us) * 1e-3;
}

Figure many_faults() {
  std::string text = head + "parameters:\n";
  for (int k = 0; k < 200; ++k)
    text += fmt::format("  p{}: {{min: 1.0, max: 2.0, sclae: log}}\n", k);
  std::vector<double> times_ms;
  std::size_t found = 0;
  for (int k = 0; k < repetitions; ++k) {
    const std::int64_t began_us = now_us();
    try {
      run::parse_study(text, "/studies/wide.yaml");
    } catch (const run::StudyFileError& error) {
      found = error.diagnostics().size();
    }
    times_ms.push_back(milliseconds_since(began_us));
  }
  fmt::print("  {} of 200 faults reported, {:.1f} ms\n", found, median(times_ms));
  return {"200 faults in one file, all reported", "ms", Better::less, median(times_ms), 50, {}, {}};
}

std::vector<Figure> large_file(const Workplace& place) {
  constexpr std::size_t mebibyte = 1 << 20;
  constexpr int parameters = 900;
  std::string text = head + "parameters:\n";
  const std::size_t comment = (mebibyte - head.size()) / parameters - 60;
  for (int k = 0; k < parameters; ++k) {
    text += fmt::format("  p{}: {{min: 1.0, max: 2.0, scale: log}}  # {}\n", k,
                        std::string(comment, 'x'));
  }
  text += "# " + std::string(mebibyte - text.size() - 3, 'x') + "\n";
  const std::filesystem::path file = place.fresh("wide.yaml");
  tests::write_text(file, text);
  const ProcessRun run = run_process({place.winnow(), "validate", file});
  const double mb = static_cast<double>(run.max_rss_bytes) * 1e-6;
  fmt::print("  {} bytes, {} parameters: {:.2f} s, {:.0f} MB\n", text.size(), parameters,
             run.elapsed_s, mb);
  return {{"validate a study file of 1 MiB", "s", Better::less, run.elapsed_s, 1, {}, {}},
          {"the same, memory", "MB", Better::less, mb, 100, {}, {}}};
}

Figure crowd_of_writers(const Workplace& place) {
  constexpr std::int64_t writers = 100, lines = 500;
  const std::filesystem::path root = place.fresh("writers");
  const std::filesystem::path file = place.fresh("writers.yaml");
  tests::write_text(
      file, fmt::format("name: writers\nmethod: random\nmetric: {{name: loss}}\n"
                        "parameters: {{x: {{min: 0.0, max: 1.0}}}}\n"
                        "limits: {{max_trials: {0}, max_concurrent: {0}}}\n"
                        "trial:\n  command:\n    - /usr/bin/python3\n    - -c\n    - |\n"
                        "      import os, time\n"
                        "      began = time.monotonic()\n"
                        "      for k in range({1}):\n"
                        "          os.write(3, b'{{\"step\":%d,\"loss\":1}}\\n' % k)\n"
                        "          time.sleep(max(0, began + (k + 1) / 50 - time.monotonic()))\n",
                        writers, lines));
  const ProcessRun run =
      run_process({place.winnow(), "run", file, "--quiet", "--root", root.string()});
  const store::Store store = store::Store::open_read_only(root / "writers/study.db");
  std::int64_t stored = 0;
  for (const store::TrialRow& row : store.trials()) {
    stored += std::ssize(store.reported(row.trial.suggestion.number));
  }
  fmt::print("  {} of {} lines of {} writers in the store, {:.1f} s, CPU {:.1f} s\n", stored,
             writers * lines, writers, run.elapsed_s, run.cpu_s);
  return {"report lines lost, 100 writers of 50 a second",
          "",
          Better::less,
          static_cast<double>(writers * lines - stored),
          0,
          {},
          {}};
}

Figure redraw(const Workplace& place) {
  constexpr std::int64_t trials = 1000;
  const std::filesystem::path folder = place.fresh("top");
  make_study(folder, study_config(place, trials + 1), trials);
  const store::Store store = store::Store::open_read_only(run::StudyFolder(folder).database());
  std::vector<double> times_ms;
  for (int k = 0; k < repetitions; ++k) {
    run::TopView view;
    view.sort = run::TopSort::value;
    const std::int64_t began_us = now_us();
    run::top_screen(run::top_study(store, std::nullopt), view, {120, 50});
    times_ms.push_back(milliseconds_since(began_us));
  }
  fmt::print("  redraw of {} trials: {:.1f} ms\n", trials, median(times_ms));
  return {"redraw of top, 1,000 trials", "ms", Better::less, median(times_ms), 20, {}, {}};
}

}  // namespace

std::vector<Figure> measure_language(const Workplace& place) {
  fmt::print("study files, reports and the screen\n");
  std::vector<Figure> figures = {many_faults()};
  for (Figure& figure : large_file(place)) figures.push_back(std::move(figure));
  figures.push_back(crowd_of_writers(place));
  figures.push_back(redraw(place));
  return figures;
}

}  // namespace winnow::bench
