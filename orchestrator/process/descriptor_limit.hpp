// How many files the orchestrator may have open. Each running trial takes some, and the usual soft
// limit of 1,024 is for programs that call select(); ours does not, the trials may.
#pragma once

#include <sys/resource.h>

namespace winnow::run {

/// Raises the soft limit of this process to what it may have. Called once, at the start.
void raise_descriptor_limit();

/// What it was before: programs are started with it.
rlimit original_descriptor_limit();

/// So many trials can run at once within the limit.
int trials_within_descriptor_limit();

}  // namespace winnow::run
