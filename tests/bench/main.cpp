// Runs the benchmarks and prints what they found beside what was to be reached and beside the peer.
// A missed figure is a result like any other: the exit code is 0.
//
//   winnow-bench [NAME...] [--folder DIR]
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>

#include "tests/bench/benchmarks.hpp"

namespace winnow::bench {
namespace {

struct Benchmark {
  std::string name;
  std::vector<Figure> (*measure)(const Workplace&);
};

const Benchmark benchmarks[] = {{"overhead", measure_overhead},   {"commits", measure_commits},
                                {"resume", measure_resume},       {"growth", measure_growth},
                                {"decisions", measure_decisions}, {"fresh", measure_fresh_scores},
                                {"million", measure_million},     {"crowd", measure_crowd},
                                {"sleepers", measure_sleepers},   {"faults", measure_faults},
                                {"language", measure_language},   {"searchers", measure_searchers}};

struct Arguments {
  std::vector<Benchmark> chosen;
  std::filesystem::path folder = WINNOW_BINARY_DIR "/bench";  // on the disk of the checkout
};

std::optional<Arguments> read_arguments(const std::vector<std::string>& words) {
  Arguments arguments;
  for (std::size_t k = 0; k < words.size(); ++k) {
    if (words[k] == "--folder" && k + 1 < words.size()) {
      arguments.folder = words[++k];
      continue;
    }
    const std::size_t before = arguments.chosen.size();
    for (const Benchmark& benchmark : benchmarks) {
      if (benchmark.name == words[k]) arguments.chosen.push_back(benchmark);
    }
    if (arguments.chosen.size() == before) return std::nullopt;
  }
  if (arguments.chosen.empty()) {
    arguments.chosen.assign(std::begin(benchmarks), std::end(benchmarks));
  }
  return arguments;
}

int run(const std::vector<std::string>& words) {
  const std::optional<Arguments> arguments = read_arguments(words);
  if (!arguments) {
    fmt::print(stderr,
               "usage: winnow-bench "
               "[overhead|commits|resume|growth|decisions|fresh|million|crowd|sleepers|faults|"
               "language|searchers]... [--folder DIR]\n");
    return 2;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // a line as soon as it is known, also in a pipe
  const Workplace place(arguments->folder);
  const std::string facts = place.machine_facts();
  fmt::print("{}\n", facts);
  std::vector<Figure> all;
  for (const Benchmark& benchmark : arguments->chosen) {
    for (Figure& figure : benchmark.measure(place)) all.push_back(std::move(figure));
    fmt::print("\n");
  }
  fmt::print("{}", table_of(all));
  return 0;
}

}  // namespace
}  // namespace winnow::bench

int main(int count, char** arguments) {
  try {
    return winnow::bench::run({arguments + 1, arguments + count});
  } catch (const std::exception& error) {
    fmt::print(stderr, "winnow-bench: error: {}\n", error.what());
    return 1;
  }
}
