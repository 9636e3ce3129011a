#include "orchestrator/log_policy.hpp"

#include <catch2/catch.hpp>

#include "tests/orchestrator/attempt_runs.hpp"
#include "tests/orchestrator/config_support.hpp"

using namespace winnow;
using namespace winnow::run;
using namespace winnow::tests;
using Catch::Contains;

namespace {

AttemptEnd ended_with(const std::string& script, const std::vector<LogPolicy>& policies) {
  const TemporaryFolder folder;
  AttemptRequest request = shell_request(folder.path(), script);
  request.log_policies = policies;
  RecordingLog log;
  StudyControl control;
  return run_attempt(std::move(request), log, control);
}

Verdict judged(const AttemptEnd& end, int retries, int halvings = 0) {
  TrialSoFar trial{{{"loss", 1.0}}};
  trial.batch_halvings = halvings;
  return judge(end, trial, {Objective{"loss"}}, retries, Witness::living);
}

std::string policy_study(const std::string& policies, const std::string& resources = "{}") {
  return fmt::format(
      "name: a\nmethod: random\nmetric: {{name: loss}}\nparameters: {{x: {{min: 0.0, max: 1.0}}}}\n"
      "trial:\n  command: [/bin/true]\n  resources: {}\n  log_policies: {}\n"
      "limits: {{max_trials: 5}}\n",
      resources, policies);
}

}  // namespace

TEST_CASE("of several policies the first counts, and the last of its lines") {
  const std::vector<LogPolicy> policies = {{"ECC", LogAction::exclude_gpu},
                                           {"code [0-9]+", LogAction::cancel_retries}};
  CHECK_FALSE(match_log(policies, "all is well\n"));
  const auto second = match_log(policies, "code 1\nother\nbad code 23!\nend");
  REQUIRE(second);
  CHECK(second->action == LogAction::cancel_retries);
  CHECK(second->line == "bad code 23!");
  CHECK(match_log(policies, "code 1\nan ECC error")->action == LogAction::exclude_gpu);
}

TEST_CASE("a crash that a policy calls final is not tried again") {
  const std::vector<LogPolicy> policies = {{"assert(ion)? failed", LogAction::cancel_retries}};
  const AttemptEnd end = ended_with("echo assertion failed in step 3 >&2; exit 3", policies);
  const Verdict verdict = judged(end, 5);
  CHECK(verdict.attempt.ending == "crashed");
  REQUIRE(verdict.trial);
  CHECK_THAT(verdict.trial->reason,
             Contains("exit code 3") && Contains("assertion failed in step 3"));
  CHECK_FALSE(judged(ended_with("echo something else; exit 3", policies), 5).trial);
}

TEST_CASE("a policy says that a point cannot be run, or that its device was too small") {
  const AttemptEnd singular =
      ended_with("echo 'matrix is singular'; exit 1", {{"is singular$", LogAction::infeasible}});
  CHECK(judged(singular, 5).trial->reason == "infeasible: matrix is singular");
  const AttemptEnd small =
      ended_with("echo 'arena exhausted'; exit 1", {{"^arena", LogAction::result_oom}});
  CHECK_THAT(judged(small, 5).trial->reason, Contains("too little device memory"));
  CHECK_FALSE(judged(small, 0, 1).trial);  // once more, with half the batch
}

TEST_CASE("a policy that excludes a device outweighs the words that all programs share") {
  const AttemptEnd end =
      ended_with("echo 'MemoryError near GPU 3'; exit 1", {{"near GPU", LogAction::exclude_gpu}});
  CHECK(end.device_fault == "MemoryError near GPU 3");
  CHECK(judged(end, 0).attempt.ending == "device_lost");
}

TEST_CASE("policies do not touch a program that finishes") {
  const AttemptEnd end =
      ended_with("echo 'assertion failed'", {{"failed", LogAction::cancel_retries}});
  CHECK(judged(end, 0).attempt.ending == "finished");
}

TEST_CASE("log policies are read, written out and checked") {
  const StudyConfig config = read_study(policy_study(
      "[{pattern: 'ECC', action: exclude_gpu}, {pattern: oops, action: infeasible}]", "{gpus: 1}"));
  CHECK(config.trial.log_policies ==
        std::vector<LogPolicy>{{"ECC", LogAction::exclude_gpu}, {"oops", LogAction::infeasible}});
  CHECK(parse_study(normalised(config).dump(), config.file).trial == config.trial);

  CHECK(faults_in(policy_study("{pattern: a, action: infeasible}")) == Faults{"8:17 wrong-type"});
  CHECK(faults_in(policy_study("[{pattern: '(', action: infeasible}]")) == Faults{"8:28 pattern"});
  CHECK(faults_in(policy_study("[{pattern: 'x*', action: infeasible}]")) == Faults{"8:28 pattern"});
  CHECK(faults_in(policy_study("[{pattern: x, action: cancel}]")) == Faults{"8:39 choice"});
  CHECK(faults_in(policy_study("[{action: infeasible}]")) == Faults{"8:18 missing-key"});
  CHECK(faults_in(policy_study("[{pattern: x, action: exclude_gpu}]")) == Faults{"8:39 range"});
}
