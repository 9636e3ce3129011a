// Who is alive, as the kernel tells it: processes are identified by pid, start time and boot, since
// a pid alone is used again; strays are found by the attempt's token in their environment.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/records.hpp"

namespace winnow::run {

/// Start time in clock ticks since boot (field 22 of /proc/PID/stat); nothing when there is no such
/// process or it is a zombie.
std::optional<std::int64_t> start_time_of(pid_t pid);

store::ProcessIdentity identify(pid_t pid);
bool is_alive(const store::ProcessIdentity& process);
/// Seconds since a process of this boot started, by the clock that the kernel stamps processes
/// with: time in which the machine was suspended counts.
double age_s(const store::ProcessIdentity& process);

struct TokenHolder {
  pid_t pid;
  std::string token;
};

/// Every living process of this user that has a WINNOW_TOKEN in its environment.
std::vector<TokenHolder> find_token_holders();

/// Ends (KILL) every process that holds `token`, again until there is none; returns how many.
int kill_token_holders(const std::string& token);

}  // namespace winnow::run
