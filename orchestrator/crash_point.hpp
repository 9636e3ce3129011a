// Named places where a test may end the orchestrator on the spot. The program that users run links
// crash_point.cpp, where the function does nothing; the tests' own copy links
// tests/support/crash_point_armed.cpp, where WINNOW_CRASH_AT=name:k calls _exit at the k-th pass.
#pragma once

namespace winnow::run {

void crash_point(const char* name);

}  // namespace winnow::run
