// Trials that hang or find too little memory, from the study file to the last line.
#include <catch2/catch.hpp>

#include "tests/end_to_end/program.hpp"

using Catch::Contains;
using Catch::StartsWith;
using namespace winnow::tests;

namespace {

/// The reason of trial 0, and how many attempts it took: "2: no_progress: …".
std::string reason_of_first(const Winnow& winnow) {
  const auto trial = winnow("trials s --json").json()["trials"][0];
  return fmt::format("{}: {}", trial["attempts"].get<int>(), trial["reason"].get<std::string>());
}

}  // namespace

TEST_CASE("a trial that hangs is ended, tried again and then failed, and the study goes on") {
  const Winnow winnow;
  winnow.write_study("s",
                     "trap '' TERM\n      if [ \"$WINNOW_TRIAL\" = 0 ]; then sleep 300; fi\n"
                     "      echo '{\"loss\":1}' >> \"$WINNOW_REPORT_FILE\"",
                     "max_trials: 2", "retries: 1\n  heartbeat_timeout: 1s\n  stop: {grace: 0s}");
  const Answer answer = winnow("run s.yaml 2>&1");
  CHECK(answer.code == 0);
  CHECK_THAT(answer.output, Contains("trial 0: attempt no_progress: nothing new in its reports"));
  CHECK_THAT(reason_of_first(winnow), StartsWith("2: no_progress: "));
  CHECK(winnow("status s --json").json()["counts"]["completed"] == 1);
}

TEST_CASE("a trial for which the machine has too little memory is tried once more") {
  const Winnow winnow;
  // tail keeps in memory what it reads from a pipe.
  winnow.write_study(
      "s", "ulimit -v 100000; head -c 400000000 /dev/zero | tail -c 400000000 > /dev/null");
  CHECK(winnow("run s.yaml 2>&1").code == 1);
  CHECK_THAT(reason_of_first(winnow),
             StartsWith("2: oom_host: twice: ") && Contains("memory exhausted"));
}

TEST_CASE("a trial for which a device has too little memory says something about its point") {
  const Winnow winnow;
  winnow.write_study("s",
                     "echo 'RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB' >&2\n"
                     "      echo 'Exception ignored in: <function>' >&2; exit 1",
                     "max_trials: 1", "retries: 5");
  const Answer answer = winnow("run s.yaml 2>&1");
  CHECK(answer.code == 1);
  CHECK(reason_of_first(winnow) ==
        "1: infeasible: too little device memory: RuntimeError: CUDA out of memory. Tried to "
        "allocate 2.00 GiB");
}

TEST_CASE("a heartbeat needs some time") {
  const Winnow winnow;
  winnow.write_study("s", "true", "max_trials: 1", "heartbeat_timeout: 0s");
  const Answer answer = winnow("validate s.yaml 2>&1");
  CHECK(answer.code == 3);
  CHECK_THAT(answer.output, Contains("more than 0s"));
}

TEST_CASE("no process of a trial takes more memory than its resources say") {
  const Winnow winnow;
  winnow.write_study("s", "head -c 400000000 /dev/zero | tail -c 400000000 > /dev/null",
                     "max_trials: 1", "resources: {memory: 50MB}");
  CHECK(winnow("run s.yaml 2>&1").code == 1);
  CHECK_THAT(reason_of_first(winnow),
             StartsWith("2: oom_host: twice: ") && Contains("memory exhausted"));
}

TEST_CASE("a trial runs on the processors that its resources say, and what it used is a metric") {
  const Winnow winnow;
  winnow.write_study("s", "echo \"{\\\"processors\\\": $(nproc)}\" >> \"$WINNOW_REPORT_FILE\"",
                     "max_trials: 1", "resources: {cpus: 1}");
  const Answer run = winnow("run s.yaml metric.name=max_rss_bytes --quiet 2>&1");
  INFO(run.output);
  REQUIRE(run.code == 0);
  const auto values = winnow("trials s --json").json()["trials"][0]["values"];
  CHECK(values["processors"] == 1);
  CHECK(values["max_rss_bytes"] > 1e5);
  CHECK(winnow("show s 0 --json").json()["attempts"][0]["use"]["cpu_seconds"] >= 0);
  CHECK(winnow("run s.yaml name=t trial.resources.cpus=100000 2>&1").code == 3);
  CHECK(winnow("run s.yaml name=t trial.resources.cpus=1024 2>&1").code == 6);
}
