// What a terminal shows of a running study: a few lines that fit its width and height. A pure
// function; drawing them again and again is progress_display's business.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "orchestrator/progress.hpp"

namespace winnow::run {

struct ScreenSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

/// Progress with time left, the best trial, a line per running trial as far as there is room, and
/// what ^C has begun. No line is wider than the screen and there are fewer than it has rows.
/// `now_s` is on the clock of the progress.
std::vector<std::string> status_block(const StudyProgress& progress, double now_s,
                                      ScreenSize screen);

/// What the study does at this stage and what the next ^C means; empty while it runs.
std::string stage_text(const StudyProgress& progress);

/// "1:02:03", "2:05": hours, minutes and whole seconds.
std::string clock_text(double duration_s);

}  // namespace winnow::run
