// Plots of a benchmark, each a whole SVG file that opens by itself.
#pragma once

#include <string>

#include "orchestrator/bench/bench_summary.hpp"

namespace winnow::run {

/// Median gap of each method on one problem against the trials that have ended, or against virtual
/// time where several workers run. Gaps of 0 are drawn at the least one that a double can tell
/// from 1.
std::string anytime_plot(const BenchResult& result, std::size_t problem);

/// The order of the methods over all problems; empty where there is none.
std::string ranks_plot(const BenchResult& result);

}  // namespace winnow::run
