// A whole study whose trials must keep to bounds on what they come to.
#include <catch2/catch.hpp>
#include <set>

#include "tests/end_to_end/program.hpp"

using namespace winnow::tests;

namespace {

// The loss falls with x, and what the trial costs rises with it: the best that may be is x = 0.6.
constexpr const char* study = R"(name: bounded
method: gp
seed: 5
determinism: strict
metric: {name: loss}
outcome_constraints: ["cost <= 6"]
parameters: {x: {min: 0.0, max: 1.0}, y: {min: 0.0, max: 1.0}}
limits: {max_trials: 24, max_failed: 3}
trial:
  command:
    - /bin/sh
    - -c
    - |
      awk "BEGIN {printf \"{\\\"loss\\\":%.6f,\\\"cost\\\":%.6f}\n\", \
        2 - $WINNOW_PARAM_X + $WINNOW_PARAM_Y, 10 * $WINNOW_PARAM_X}" >> "$WINNOW_REPORT_FILE"
)";

}  // namespace

TEST_CASE("trials that break a bound are infeasible, and the search closes in on what keeps it") {
  const Winnow winnow;
  write_text(winnow.folder() / "bounded.yaml", study);
  const Answer ran = winnow("run bounded.yaml --quiet 2>&1");
  INFO(ran.output);
  REQUIRE(ran.code == 0);  // infeasible is not failed: max_failed is not reached
  const auto trials = winnow("trials bounded --json").json()["trials"];
  REQUIRE(trials.size() == 24);
  int broken = 0;
  for (const auto& trial : trials) {
    const double cost = trial["values"]["cost"].get<double>();
    const bool keeps = cost <= 6;
    broken += !keeps;
    CHECK(trial["state"] == (keeps ? "completed" : "failed"));
    if (!keeps) {
      CHECK_THAT(trial["reason"].get<std::string>(), Catch::StartsWith("infeasible: cost"));
    }
  }
  CHECK(broken >= 1);
  const auto best = winnow("best bounded --json").json()["trial"];
  CHECK(best["values"]["cost"].get<double>() <= 6);
  CHECK(best["values"]["loss"].get<double>() < 1.45);  // 1.4 is what can be had
  CHECK(winnow("db check bounded").code == 0);
}

TEST_CASE("a study with bounds on outcomes goes on as if it had not been interrupted") {
  const auto table = [](const Winnow& winnow) {
    std::string text;
    const auto trials = winnow("trials bounded --json").json()["trials"];
    for (const auto& trial : trials) {
      text += trial["params"].dump() + trial["values"].dump() + trial["state"].dump() + "\n";
    }
    return text;
  };
  const Winnow whole, parted;
  write_text(whole.folder() / "bounded.yaml", study);
  REQUIRE(whole("run bounded.yaml --quiet 2>&1").code == 0);
  write_text(parted.folder() / "bounded.yaml", study);
  for (const char* point : {"attempt_ended:4", "trial_added:5", "told:7"}) {
    const std::string verb =
        point == std::string("attempt_ended:4") ? "run bounded.yaml" : "resume bounded";
    CHECK(parted.with("WINNOW_CRASH_AT=" + std::string(point), verb + " --quiet 2>&1").code != 0);
  }
  REQUIRE(parted("resume bounded --quiet 2>&1").code == 0);
  CHECK(table(parted) == table(whole));
}
