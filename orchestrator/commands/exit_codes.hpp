// What the exit codes of exit_status.hpp mean, as `--help` and the manual page have it.
#pragma once

namespace winnow::run {

inline constexpr const char* exit_codes =
    "0 done; 1 the study failed; 2 usage; 3 study file;\n"
    "4 locked by a living orchestrator; 5 store; 6 something missing on this machine;\n"
    "70 a bug in winnow; 130, 143 interrupted, goes on with resume.\n";

}  // namespace winnow::run
