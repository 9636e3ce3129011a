// A program whose output is looked at: what it prints goes on to our own standard output byte for
// byte, and the numbers in it become lines of the report file. It runs as a process of the trial,
// so that nothing depends on an orchestrator being there.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/metric_patterns.hpp"

namespace winnow::run {

/// Runs `arguments` (the first is looked for on the PATH) with standard output and standard error
/// into one pipe, and returns its exit code; dies of the signal that it died of. TERM and INT are
/// left to the program. `reports`: a descriptor to append to. Throws SystemError.
int run_tapped(const std::vector<std::string>& arguments, MetricPatterns patterns, int reports);

}  // namespace winnow::run
