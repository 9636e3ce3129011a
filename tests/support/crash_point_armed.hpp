// How the crash tests know that their program ended at the armed point.
#pragma once

namespace winnow::tests {

/// Different from every exit code that winnow documents.
inline constexpr int crash_exit_code = 86;

}  // namespace winnow::tests
