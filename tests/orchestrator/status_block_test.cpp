#include "orchestrator/status_block.hpp"

#include <catch2/catch.hpp>

#include "orchestrator/report/terminal_text.hpp"

using namespace winnow;
using namespace winnow::run;

namespace {

using Lines = std::vector<std::string>;

RunningTrial a_running_trial(double started_s) {
  RunningTrial trial;
  trial.started_s = started_s;
  trial.point = "x=0.25 y=-1.5";
  return trial;
}

/// Two of four trials have ended, two run; it is second 100 on the clock.
StudyProgress a_progress() {
  StudyProgress progress;
  progress.study = "function-minimum";
  progress.objective.metric = "height";
  progress.max_trials = 4;
  progress.completed = 1;
  progress.failed = 1;
  progress.best = BestTrial{TrialNumber{0}, 1.25, "x=0.5 y=-1"};
  progress.running[TrialNumber{2}] = a_running_trial(95);
  progress.running[TrialNumber{3}] = a_running_trial(99);
  progress.running[TrialNumber{2}].step = 40;
  progress.running[TrialNumber{2}].latest = {{"accuracy", 0.5}, {"height", 2.5}};
  progress.run_time_s = 60;
  progress.at_s = 100;
  progress.grace_s = 30;
  return progress;
}

}  // namespace

TEST_CASE("the block shows how far the study is, its best trial and a line per running one") {
  CHECK(status_block(a_progress(), 101, {100, 24}) ==
        Lines{"function-minimum  [#####.....]  2/4 trials, 1 failed  1:01, about 1:01 left",
              "best   trial 0    height 1.25  x=0.5 y=-1",
              "run    trial 2     0:06  height 2.5  step 40  x=0.25 y=-1.5  accuracy 0.5",
              "run    trial 3     0:02  x=0.25 y=-1.5"});
}

TEST_CASE("a narrow screen loses the bar, then the ends of lines, and no line is too wide") {
  CHECK(
      status_block(a_progress(), 101, {40, 24}) ==
      Lines{"function-mi…  2/4 trials, 1 failed  1:01", "best   trial 0    height 1.25  x=0.5 y=…",
            "run    trial 2     0:06  height 2.5  st…", "run    trial 3     0:02  x=0.25 y=-1.5"});
  StudyProgress progress = a_progress();
  progress.study = "字字字字字字字字字字字字字字字字字字字字字";
  progress.running[TrialNumber{2}].point = "x=\x1b[31m y=é";
  progress.stage = Stage::stopping;
  for (std::size_t columns = 1; columns < 120; ++columns) {
    for (const std::string& line : status_block(progress, 101, {columns, 24})) {
      CHECK(terminal_width(line) <= columns);
      CHECK(line.find('\x1b') == std::string::npos);
    }
  }
}

TEST_CASE("the block leaves a row for the cursor, however many trials run") {
  StudyProgress progress = a_progress();
  for (int i = 10; i < 60; ++i) progress.running[TrialNumber{i}] = a_running_trial(0);
  progress.stage = Stage::draining;
  for (std::size_t rows = 1; rows < 40; ++rows) {
    const Lines lines = status_block(progress, 101, {80, rows});
    CHECK(lines.size() <= std::max<std::size_t>(1, rows - 1));
    CHECK(lines.size() <= 20);
  }
  const Lines lines = status_block(progress, 101, {80, 24});
  CHECK(lines[lines.size() - 2] == "       … 52 running in all");
  CHECK(lines.back() == "No new trials; running ones finish. ^C again stops them.");
}

TEST_CASE("a study without a limit or a result promises nothing") {
  StudyProgress progress;
  progress.study = "s";
  progress.at_s = 7;
  CHECK(status_block(progress, 7, {80, 24}) ==
        Lines{"s  0 trials  0:00", "best   no trial has completed yet"});
}

TEST_CASE("every stage says what the next ^C means, in eighty columns") {
  StudyProgress progress = a_progress();
  CHECK(stage_text(progress).empty());
  progress.stage = Stage::draining;
  CHECK(stage_text(progress).find("^C again") != std::string::npos);
  progress.stage = Stage::stopping;
  CHECK(stage_text(progress) ==
        "Trials are told to stop, and killed after 30 s. ^C again kills them now.");
  progress.stage = Stage::killing;
  CHECK(stage_text(progress) == "Running trials are killed.");
}

TEST_CASE("durations are clocks") {
  CHECK(clock_text(0) == "0:00");
  CHECK(clock_text(65.9) == "1:05");
  CHECK(clock_text(3661) == "1:01:01");
  CHECK(clock_text(-1) == "0:00");
}
