// What may surround a trial: others that report without end, and a clock that jumps.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>

#include "storage/event_kinds.hpp"
#include "storage/store.hpp"
#include "tests/end_to_end/program.hpp"

using namespace winnow;
using namespace winnow::tests;

namespace {

store::Store store_of(const Winnow& winnow) {
  return store::Store::open_read_only(winnow.folder() / "studies/s/study.db");
}

}  // namespace

TEST_CASE("a trial that reports without end does not keep quiet ones from ending") {
  const Winnow winnow;
  // Trial 0 reports as fast as it can until eight others are over, and then a known rest.
  winnow.write_study(
      "s",
      "chat() { seq 5000 | sed 's/.*/{\"step\":&,\"loss\":2}/' >> \"$WINNOW_REPORT_FILE\"; }\n"
      "      if [ \"$WINNOW_TRIAL\" = 0 ]; then\n"
      "        chat; while [ \"$(winnow_done)\" -lt 8 ]; do chat; done\n"
      "        chat; echo '{\"loss\":1}' >> \"$WINNOW_REPORT_FILE\"\n"
      "      else echo '{\"loss\":3}' >> \"$WINNOW_REPORT_FILE\"; fi",
      "max_trials: 9, max_concurrent: 3",
      "env: {PATH: \"" + winnow.folder().path().string() +
          ":/usr/bin:/bin\"}\n  stop: {grace: 1s}");
  // How many trials are over is asked of the store itself, as people do.
  write_text(winnow.folder() / "winnow_done",
             fmt::format("#!/bin/sh\n'{}/bin/winnow-crashing' status s --json |"
                         " grep -o '\"completed\": *[0-9]*' | grep -o '[0-9]*$'\n",
                         WINNOW_BINARY_DIR));
  std::filesystem::permissions(winnow.folder() / "winnow_done", std::filesystem::perms::owner_all);
  const Answer answer = winnow("run s.yaml 2>&1");
  INFO(answer.output);
  REQUIRE(answer.code == 0);
  const store::Store store = store_of(winnow);
  CHECK(store.trial(TrialNumber{0})->told == 8);
  CHECK(store.trial(TrialNumber{0})->values.at("loss") == 1);
  // All of what it said is in its file: whole rounds of 5,000 lines and the last one. The store has
  // what it may have at once, and for each second.
  std::ifstream file(winnow.folder() / "studies/s/trials/0000/attempt-1/reports.jsonl");
  std::int64_t lines = 0;
  for (std::string line; std::getline(file, line);) ++lines;
  CHECK(lines > 10'000);
  CHECK(lines % 5000 == 1);
  const auto rows = std::ssize(store.measurements(TrialNumber{0}, "loss"));
  CHECK(rows >= std::min<std::int64_t>(lines, 10'000));
  const double may_have = 10'000 + 100 * (store.trial(TrialNumber{0})->elapsed_s + 1);
  CHECK(static_cast<double>(rows) <= may_have + 300);  // those that decide, of each part read
  const bool is_sampled = lines > 20'000;
  if (is_sampled) {
    CHECK(std::ranges::count(store.events(), store::events::reports_sampled,
                             &store::EventRow::kind) == 1);
  }
  CHECK(winnow("db check s").code == 0);
}

TEST_CASE("a wall clock that jumps by hours and years changes nothing but the times of day") {
  const Winnow winnow;
  winnow.write_study("s", "sleep 0.05; echo '{\"loss\":1}' >> \"$WINNOW_REPORT_FILE\"",
                     "max_trials: 6, max_concurrent: 2, trial_timeout: 50m, max_duration: 50m",
                     "heartbeat_timeout: 50m");
  const Answer answer = winnow.with(
      "ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD=" + std::string(WINNOW_JUMPING_CLOCK),
      "run s.yaml 2>&1");
  INFO(answer.output);
  REQUIRE(answer.code == 0);
  const store::Store store = store_of(winnow);
  CHECK(store.counts().completed == 6);
  CHECK(store.study().run_time_s < 3000);
  for (const store::TrialRow& trial : store.trials()) {
    CHECK(trial.attempts == 1);
    CHECK(trial.elapsed_s < 3000);
    CHECK(trial.elapsed_s >= 0.05);
  }
  // The clock did jump.
  const std::vector<store::EventRow> events = store.events();
  CHECK_FALSE(std::ranges::is_sorted(events, {}, &store::EventRow::at));
  CHECK(winnow("db check s").code == 0);
}
