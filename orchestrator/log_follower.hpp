// The log of a trial, copied out as it grows: standard output and standard error of its attempts,
// as they came.
#pragma once

#include <functional>
#include <string_view>

#include "orchestrator/study_folder.hpp"
#include "storage/store.hpp"

namespace winnow::run {

/// Gets what was read, at most some kilobytes at a time, never nothing.
using LogSink = std::function<void(std::string_view bytes)>;

/// Everything that `file` holds now, from byte `offset` on; where it ends. A file that is not there
/// is empty. Throws SystemError.
std::int64_t copy_log(const std::filesystem::path& file, std::int64_t offset, const LogSink& sink);

/// Copies the logs of all attempts from `ordinal` on and waits for more until the trial has ended.
/// `next_attempt` is told of each further attempt before its log comes.
void follow_logs(const store::Store& store, const StudyFolder& folder, TrialNumber trial,
                 int ordinal, const LogSink& sink,
                 const std::function<void(int ordinal)>& next_attempt);

}  // namespace winnow::run
