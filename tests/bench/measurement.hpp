// Times and processes: what every benchmark measures with.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace winnow::bench {

/// CLOCK_MONOTONIC, which is the same for all processes of the machine.
std::int64_t now_us();
/// CPU time of this process.
double cpu_s();

/// The value that `fraction` of all lie below; 0.5 is the median. Needs at least one.
double quantile(std::vector<double> values, double fraction);
double median(std::vector<double> values);
/// Differences of neighbours, in milliseconds.
std::vector<double> gaps_ms(const std::vector<std::int64_t>& times_us);

/// One process from its start to its end; CPU time includes everything that it waited for.
struct ProcessRun {
  std::int64_t started_us = 0;
  double elapsed_s = 0;
  double cpu_s = 0;
  std::int64_t max_rss_bytes = 0;    // of itself, as seen every 10 ms
  std::int64_t max_descriptors = 0;  // of itself, as seen every second
  struct Moment {
    double at_s = 0;   // since its start
    double cpu_s = 0;  // of itself, without what it waited for
  };
  std::vector<Moment> moments;  // one a second
};

/// Runs `words` with standard output in `output`, or nowhere. `environment`: NAME=VALUE, added to
/// ours. Throws std::runtime_error when it does not exit with 0.
ProcessRun run_process(const std::vector<std::string>& words,
                       const std::filesystem::path& output = "/dev/null",
                       const std::vector<std::string>& environment = {});

/// Milliseconds that appending a page to a file in `folder` and syncing it takes, median: what no
/// durable commit can be faster than.
double sync_ms(const std::filesystem::path& folder);
/// Milliseconds that making an empty file in `folder` takes, median; a trial has four, and three
/// folders.
double create_ms(const std::filesystem::path& folder);

}  // namespace winnow::bench
