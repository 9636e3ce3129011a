// The store's side of the invariants I1 to I8: what must hold after any crash and recovery. Run by
// the fault tests after every fault, and by whoever doubts a study.
//
// I1 what a report file says below the committed offset is in the store, unchanged, and nothing
// else; of an ended attempt that is all it says
// I2 no trial has two attempts alive at once, none has two counted results
// I3 every process with a token of this study belongs to a running attempt; no process ever ran
// that was not recorded first
// I4 nothing is running without an owner
// I5 no more trials than allowed; a grid visits each point once; numbers without holes
// I6 outcomes are told in one order, each once (the sequence of proposals itself: the runner's
// tests) I7 SQLite's own checks are clean; what is stored twice agrees I8 every attempt folder
// belongs to a row, and every attempt that ran has its folder
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.hpp"

namespace winnow::store {

/// A process whose environment holds a token of this study; the caller has looked for them.
struct LiveProcess {
  std::string token;
  std::int64_t pid = 0;
};
using LiveProcesses = std::vector<LiveProcess>;

/// What the study allows, as far as the store can check it.
struct StudyRules {
  std::optional<std::int64_t> max_trials;  // of the search
  bool each_point_once = false;            // a grid
};

/// The values of one line of a report file, nothing for a line that has none. What a line means is
/// trainer/protocol's business, which is not known here: whoever verifies brings it.
using ReadValues = std::function<std::optional<MetricValues>(std::string_view line)>;

/// One sentence for each violation, beginning with its id ("I4: trial 7 is running but …"); none
/// when all is well. Throws StoreError when the file cannot be read.
std::vector<std::string> verify(const Store& store, const std::filesystem::path& study_folder,
                                const ReadValues& read_values, const LiveProcesses& live,
                                const StudyRules& rules = {});

/// The part of verify() that looks at the attempts' folders and report files (I1, I8).
void verify_files(const Store& store, const std::filesystem::path& study_folder,
                  const ReadValues& read_values, std::vector<std::string>& violations);

}  // namespace winnow::store
