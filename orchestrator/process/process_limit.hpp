// How many processes may still be started: by this user, and in this control group. What is beyond
// that fails in the middle of a trial, in words that point elsewhere.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace winnow::run {

/// So many trials can run at once within the limits of processes.
int trials_within_process_limit();

/// The same where `left` processes may still be started.
int trials_within(std::uint64_t left);

/// How many more a control group may have, by the `pids.max` and `pids.current` in its folder;
/// nothing where it has no limit.
std::optional<std::uint64_t> processes_left(const std::filesystem::path& control_group);

}  // namespace winnow::run
