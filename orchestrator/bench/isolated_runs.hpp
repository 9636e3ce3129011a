// Benchmark runs in processes of their own: so many at a time, each with its own memory to be
// measured, and none takes the others with it when it fails.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "orchestrator/bench/bench_run.hpp"

namespace winnow::run {

/// What a run gave, or why it gave nothing, in words.
using IsolatedRun = std::variant<BenchRun, std::string>;

/// Runs all of them, at most `at_once` at a time, and returns what they gave in their order. Needs
/// a process without other threads. Throws SystemError where a process cannot be started.
std::vector<IsolatedRun> isolated_runs(const std::vector<std::function<BenchRun()>>& runs,
                                       int at_once);

}  // namespace winnow::run
