// One run of one method on one problem, in virtual time: as many trials at once as there are
// workers, each of a drawn duration. What is measured of the machine is the searcher's own: its
// processor time, and the memory of the process that it runs in.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "searchers/problem/value.hpp"
#include "searchers/problems/bench_problem.hpp"

namespace winnow::run {

/// A method with its options, as one word.
struct BenchMethod {
  std::string name;  // the word itself
  std::string method;
  std::map<std::string, Value> options;

  /// "gp" or "gp+noise=none+starts=3". Throws ConfigError.
  static BenchMethod parse(const std::string& word);
};

struct BenchSettings {
  std::int64_t evaluations = 100;
  int workers = 1;
};

struct TracePoint {
  std::int64_t ended = 0;  // trials so far
  double time = 0;         // virtual, in units of a typical trial
  double gap = 0;          // of the problem, by then
};

struct BenchRun {
  /// At up to some forty numbers of ended trials, spread by factors; the last one at the end.
  std::vector<TracePoint> trace;
  double processor_s = 0;  // of all asks and tells
  double late_s = 0;       // of an ask with its tell, mean over the last tenth
  double peak_mib = 0;     // resident memory of the process at its largest
  double gap() const { return trace.back().gap; }
};

/// Throws ConfigError: there is no such method, an option is wrong, or the method cannot handle the
/// problem.
void check_method(const BenchMethod& method, const problems::BenchProblem& problem,
                  const BenchSettings& settings);

/// Throws what check_method throws.
BenchRun bench_run(const BenchMethod& method, const problems::BenchProblem& problem,
                   std::uint64_t seed, const BenchSettings& settings);

/// How long a searcher takes to be told that many random outcomes, and for its first ask then.
struct ReplayTimes {
  double told_s = 0, first_ask_s = 0;
};
ReplayTimes bench_replay(const BenchMethod& method, const problems::BenchProblem& problem,
                         std::int64_t outcomes);

}  // namespace winnow::run
