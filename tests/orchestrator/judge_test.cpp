#include <catch2/catch.hpp>
#include <cerrno>
#include <cmath>
#include <csignal>

#include "orchestrator/attempt.hpp"
#include "orchestrator/reported_values.hpp"

using namespace winnow;
using namespace winnow::run;

namespace {

const std::vector<Objective> one_objective = {Objective{"loss", Direction::minimize}};

AttemptEnd ended(ProcessEnd process) {
  AttemptEnd end;
  end.process = process;
  end.elapsed_s = 2;
  return end;
}

TrialSoFar with_loss(double loss, int counted = 0) { return TrialSoFar{{{"loss", loss}}, counted}; }

Verdict judged(const AttemptEnd& end, const TrialSoFar& trial, int retries = 0,
               Witness witness = Witness::living) {
  return judge(end, trial, one_objective, retries, witness);
}

}  // namespace

TEST_CASE("exit code 0 with every objective finite completes the trial") {
  const Verdict verdict = judged(ended(Exited{0}), with_loss(1.5));
  CHECK(verdict.attempt.ending == "finished");
  REQUIRE(verdict.trial);
  CHECK(verdict.trial->ending == Ending::completed);
  CHECK(verdict.trial->values.at("loss") == 1.5);
}

TEST_CASE("exit code 0 without the metric fails the trial and names the first bad line") {
  AttemptEnd end = ended(Exited{0});
  end.facts.malformed_lines = 2;
  end.facts.first_malformed = "not JSON";
  const Verdict verdict = judged(end, TrialSoFar{}, 5);
  CHECK(verdict.attempt.ending == "no_metric");
  REQUIRE(verdict.trial);
  CHECK(verdict.trial->ending == Ending::failed);
  CHECK(verdict.trial->reason.find("not JSON") != std::string::npos);
}

TEST_CASE("a final objective that is not finite fails the trial and keeps the value") {
  const Verdict verdict = judged(ended(Exited{0}), with_loss(std::nan("")), 5);
  CHECK(verdict.attempt.ending == "non_finite");
  REQUIRE(verdict.trial);
  CHECK(verdict.trial->ending == Ending::failed);
  CHECK(std::isnan(verdict.trial->values.at("loss")));
}

TEST_CASE("a trial that breaks a bound on its outcome is infeasible and keeps its values") {
  using enum MetricBound::Side;
  const std::vector<MetricBound> bounds = {
      {"loss", at_most, 2}, {"recall", at_least, 0.5}, {"recall", at_most, 0.9}};
  const auto reason = [&](double loss, std::optional<double> recall) {
    TrialSoFar trial = with_loss(loss);
    if (recall) trial.values["recall"] = *recall;
    const Verdict verdict =
        judge(ended(Exited{0}), trial, one_objective, 5, Witness::living, bounds);
    REQUIRE(verdict.trial);
    CHECK(verdict.trial->values.size() == trial.values.size());
    CHECK((verdict.trial->ending == Ending::completed) == verdict.trial->reason.empty());
    return verdict.trial->reason;
  };
  CHECK(reason(2, 0.5) == "");
  CHECK(reason(1, 0.9) == "");
  CHECK(reason(2.5, 0.7) == "infeasible: loss is 2.5, which breaks loss <= 2");
  CHECK(reason(1, 0.25) == "infeasible: recall is 0.25, which breaks recall >= 0.5");
  CHECK(reason(1, 0.95) == "infeasible: recall is 0.95, which breaks recall <= 0.9");
  CHECK_THAT(reason(1, {}), Catch::StartsWith("no_metric: exit code 0, but 'recall' was never"));
  CHECK(reason(1, std::nan("")) == "non_finite: recall is nan");
}

TEST_CASE("a crash is retried as often as allowed and no more") {
  for (const ProcessEnd& crash :
       {ProcessEnd(Exited{1}), ProcessEnd(Signalled{9}), ProcessEnd(Vanished{})}) {
    CHECK_FALSE(judged(ended(crash), with_loss(1, 0), 1).trial);
    const Verdict last = judged(ended(crash), with_loss(1, 1), 1);
    REQUIRE(last.trial);
    CHECK(last.trial->ending == Ending::failed);
    CHECK(last.attempt.counts);
  }
}

TEST_CASE("an attempt lost with its orchestrator never consumes retries") {
  const Verdict verdict = judged(ended(Vanished{}), with_loss(1, 0), 0, Witness::recovery);
  CHECK_FALSE(verdict.trial);
  CHECK_FALSE(verdict.attempt.counts);
  CHECK(verdict.attempt.ending == "lost");
}

TEST_CASE("a wrong configuration and an infeasible point are never retried") {
  CHECK(judged(ended(Exited{64}), TrialSoFar{}, 9).trial->reason.starts_with("config_wrong"));
  AttemptEnd end = ended(Exited{1});
  end.facts.infeasible = "too steep";
  CHECK(judged(end, TrialSoFar{}, 9).trial->reason == "infeasible: too steep");
}

TEST_CASE("leaving with 75 continues only beyond the checkpoint that the attempt started from") {
  AttemptEnd end = ended(Exited{75});
  const Verdict without = judged(end, with_loss(1), 0);
  REQUIRE(without.trial);
  CHECK(without.trial->reason.starts_with(
      "crashed: exit code 75 (can continue), but no new checkpoint"));
  end.facts.newest_checkpoint = 0;
  const Verdict verdict = judged(end, with_loss(1), 0);
  CHECK_FALSE(verdict.trial);
  CHECK_FALSE(verdict.attempt.counts);
  CHECK(verdict.attempt.ending == "can_continue");

  TrialSoFar resumed = with_loss(1);
  resumed.resumed_step = 10;
  end.facts.newest_checkpoint = 10;  // the same again: it would never end
  CHECK(judged(end, resumed, 0).trial);
  end.facts.newest_checkpoint = 11;
  CHECK_FALSE(judged(end, resumed, 0).trial);
  // Its checkpoints are refused again and again, so that it always starts from step 10.
  resumed.uncounted_repeats = 5;
  CHECK(judged(end, resumed, 0).trial);
}

TEST_CASE("an end by somebody else's TERM does not count, unless it happens again and again") {
  AttemptEnd by_term = ended(Signalled{SIGTERM});
  AttemptEnd by_keeper = ended(Exited{1});
  by_keeper.told_to_terminate = true;
  AttemptEnd in_order = ended(Exited{75});  // with no new checkpoint
  in_order.told_to_terminate = true;
  AttemptEnd undone = ended(Exited{0});
  undone.told_to_terminate = true;
  for (const AttemptEnd& end : {by_term, by_keeper, in_order, undone}) {
    const Verdict verdict = judged(end, with_loss(1), 0);
    CHECK(verdict.attempt.ending == "interrupted");
    CHECK_FALSE(verdict.attempt.counts);
    CHECK_FALSE(verdict.trial);
    TrialSoFar often = with_loss(1);
    often.uncounted_repeats = 5;
    CHECK(judged(end, often, 0).trial->reason.starts_with("crashed"));
  }
}

TEST_CASE("what a shortage kept from starting is retried, what cannot work is not") {
  for (const int shortage : {EAGAIN, ENOMEM, ENOSPC, ETXTBSY}) {
    const AttemptEnd end = ended(NotStarted{shortage});
    CHECK_FALSE(judged(end, TrialSoFar{}, 1).trial);
    CHECK(judged(end, TrialSoFar{}, 1).attempt.counts);
    CHECK(judged(end, TrialSoFar{{}, 1}, 1).trial->reason.starts_with("not_started"));
  }
  const AttemptEnd gone = ended(NotStarted{ENOENT, "cannot execute it: No such file"});
  CHECK(judged(gone, TrialSoFar{}, 9).trial->reason ==
        "not_started: cannot execute it: No such file");
}

TEST_CASE("a trial whose report file was written anew fails, whatever it left with") {
  for (const ProcessEnd& process : {ProcessEnd(Exited{0}), ProcessEnd(Exited{1})}) {
    AttemptEnd end = ended(process);
    end.facts.lost = "the report file was overwritten";
    CHECK(judged(end, with_loss(1), 9).trial->reason ==
          "reports_lost: the report file was overwritten");
  }
  AttemptEnd power_cut = ended(Vanished{});  // the file may have lost its end, the store has not
  power_cut.facts.lost = "the report file was overwritten";
  CHECK_FALSE(judged(power_cut, with_loss(1), 0, Witness::recovery).trial);
}

TEST_CASE("lines that were not understood are mentioned even when the trial completes") {
  AttemptEnd end = ended(Exited{0});
  end.facts.malformed_lines = 2;
  end.facts.first_malformed = "not JSON";
  const Verdict verdict = judged(end, with_loss(1));
  CHECK(verdict.trial->ending == Ending::completed);
  CHECK(verdict.attempt.message == "2 malformed report line(s), the first: not JSON");
}

TEST_CASE("a stopped study requeues its trials, a timed-out trial has failed") {
  AttemptEnd end = ended(Signalled{15});
  end.stop_cause = StopCause::study_stopping;
  const Verdict stopped = judged(end, with_loss(1), 0);
  CHECK_FALSE(stopped.trial);
  CHECK_FALSE(stopped.attempt.counts);
  end.stop_cause = StopCause::timed_out;
  CHECK(judged(end, with_loss(1), 9).trial->reason.starts_with("timed_out"));
}

TEST_CASE("a trial that its user killed is cancelled, unless it had finished before") {
  AttemptEnd end = ended(Signalled{15});
  end.stop_cause = StopCause::killed;
  const Verdict verdict = judged(end, with_loss(1), 9);
  CHECK(verdict.attempt.ending == "killed");
  CHECK(verdict.trial->ending == Ending::cancelled);
  CHECK(verdict.trial->reason == "killed by its user");
  end = ended(Exited{0});
  end.stop_cause = StopCause::killed;
  CHECK(judged(end, with_loss(1)).trial->ending == Ending::cancelled);
  end.facts.finished = true;
  CHECK(judged(end, with_loss(1)).trial->ending == Ending::completed);
}

TEST_CASE("a trial that was told to stop is complete only if it says that it finished") {
  AttemptEnd end = ended(Exited{0});
  end.stop_cause = StopCause::study_stopping;
  CHECK(judged(end, with_loss(1)).attempt.ending == "interrupted");
  end.stop_cause = StopCause::timed_out;
  CHECK(judged(end, with_loss(1)).trial->reason.starts_with("timed_out"));
  end.facts.finished = true;
  CHECK(judged(end, with_loss(1)).trial->ending == Ending::completed);
}

TEST_CASE("the value that counts is the last, the best or the mean of the reports") {
  const std::vector<store::ReportedMeasurement> reports = {{0, {1, "loss", 3, 0}},
                                                           {10, {2, "loss", std::nan(""), 0}},
                                                           {20, {3, "loss", 1, 0}},
                                                           {30, {4, "loss", 2, 0}}};
  Objective objective{"loss", Direction::minimize, Aggregate::last};
  CHECK(aggregate(objective, reports) == 2.0);
  objective.aggregate = Aggregate::best;
  CHECK(aggregate(objective, reports) == 1.0);
  objective.direction = Direction::maximize;
  CHECK(aggregate(objective, reports) == 3.0);
  objective.aggregate = Aggregate::mean;
  CHECK(std::isnan(*aggregate(objective, reports)));
  CHECK_FALSE(aggregate(objective, {}));
}

TEST_CASE("what a trial says it ended with is its last value and no further sample") {
  std::vector<store::ReportedMeasurement> reports = {
      {0, {1, "loss", 1, 0}}, {10, {2, "loss", 5, 0}}, {20, {1, "loss", 1, 0}, true}};
  Objective objective{"loss", Direction::minimize, Aggregate::last};
  CHECK(aggregate(objective, reports) == 1.0);
  objective.aggregate = Aggregate::mean;
  CHECK(aggregate(objective, reports) == 3.0);
  objective.aggregate = Aggregate::best;
  CHECK(aggregate(objective, reports) == 1.0);
  reports.erase(reports.begin(), reports.begin() + 2);  // nothing else was reported
  objective.aggregate = Aggregate::mean;
  CHECK(aggregate(objective, reports) == 1.0);
}

TEST_CASE("too little device memory is about the point: infeasible, and never retried") {
  AttemptEnd end = ended(Exited{1});
  end.shortage = {Shortage::device_memory, "CUDA out of memory."};
  const Verdict verdict = judged(end, with_loss(1), 9);
  CHECK(verdict.attempt.ending == "result_oom");
  REQUIRE(verdict.trial);
  CHECK(verdict.trial->ending == Ending::failed);
  CHECK(verdict.trial->reason == "infeasible: too little device memory: CUDA out of memory.");
  // What a program that ends well once printed is past.
  end.process = Exited{0};
  CHECK(judged(end, with_loss(1)).attempt.ending == "finished");
}

TEST_CASE("with less of a batch a point may fit after all, as often as the study allows") {
  AttemptEnd end = ended(Exited{1});
  end.shortage = {Shortage::device_memory, "CUDA out of memory."};
  TrialSoFar trial = with_loss(1);
  trial.batch_halvings = 2;
  for (trial.ended_for_device_memory = 0; trial.ended_for_device_memory < 2;
       ++trial.ended_for_device_memory) {
    const Verdict verdict = judged(end, trial, 0);
    CHECK(verdict.attempt.ending == "result_oom");
    CHECK_FALSE(verdict.attempt.counts);
    CHECK_FALSE(verdict.trial);
  }
  CHECK(judged(end, trial, 9).trial->reason ==
        "infeasible: too little device memory, also with its batch divided by 4: CUDA out of "
        "memory.");
}

TEST_CASE("a broken device says nothing about the point, which goes on elsewhere") {
  AttemptEnd end = ended(Exited{1});
  end.device_fault = "device 1: GPU is lost";
  end.shortage = {Shortage::device_memory, "CUDA out of memory."};
  const Verdict verdict = judged(end, with_loss(1), 0);
  CHECK(verdict.attempt.ending == "device_lost");
  CHECK(verdict.attempt.message == "device 1: GPU is lost");
  CHECK_FALSE(verdict.attempt.counts);
  CHECK_FALSE(verdict.trial);
  end.process = Exited{0};  // it got by
  CHECK(judged(end, with_loss(1)).attempt.ending == "finished");
}

TEST_CASE("a trial whose disk is full is tried again within the retries") {
  AttemptEnd end = ended(Exited{1});
  end.shortage = {Shortage::disk, "write: No space left on device"};
  const Verdict first = judged(end, with_loss(1), 1);
  CHECK(first.attempt.ending == "disk_full");
  CHECK(first.attempt.counts);
  CHECK_FALSE(first.trial);
  CHECK(judged(end, with_loss(1, 1), 1).trial->reason ==
        "disk_full: write: No space left on device");
}

TEST_CASE("too little memory of the machine is tried once more, whatever the retries") {
  AttemptEnd by_words = ended(Signalled{SIGABRT});
  by_words.shortage = {Shortage::host_memory, "std::bad_alloc"};
  AttemptEnd by_kernel = ended(Signalled{SIGKILL});
  by_kernel.oom_kills = 1;
  for (const AttemptEnd& end : {by_words, by_kernel}) {
    TrialSoFar trial = with_loss(1);
    const Verdict first = judged(end, trial, 0);
    CHECK(first.attempt.ending == "oom_host");
    CHECK_FALSE(first.attempt.counts);
    CHECK_FALSE(first.trial);
    trial.ended_for_memory = 1;
    const Verdict second = judged(end, trial, 9);
    REQUIRE(second.trial);
    CHECK(second.trial->reason.starts_with("oom_host: twice: "));
  }
}

TEST_CASE("a kill of ours, or without the kernel's, is no shortage of memory") {
  AttemptEnd end = ended(Signalled{SIGKILL});
  CHECK(judged(end, with_loss(1)).attempt.ending == "crashed");
  end.oom_kills = 3;
  end.stop_cause = StopCause::timed_out;
  CHECK(judged(end, with_loss(1)).attempt.ending == "timed_out");
  end.stop_cause = StopCause::none;
  end.process = Exited{1};
  CHECK(judged(end, with_loss(1)).attempt.ending == "crashed");
}

TEST_CASE("a trial that hangs is another attempt's while there are retries") {
  AttemptEnd end = ended(Signalled{SIGTERM});
  end.stop_cause = StopCause::no_progress;
  end.told_to_terminate = true;
  end.facts.last_step = 12;
  const Verdict first = judged(end, with_loss(1), 1);
  CHECK(first.attempt.ending == "no_progress");
  CHECK(first.attempt.counts);
  CHECK_FALSE(first.trial);
  const Verdict last = judged(end, with_loss(1, 1), 1);
  REQUIRE(last.trial);
  CHECK(last.trial->reason ==
        "no_progress: nothing new in its reports for longer than trial.heartbeat_timeout, the last "
        "step was 12; ended after 2.0 s");
}

TEST_CASE("a metric that was never reported is named with its file and what that has") {
  AttemptEnd end = ended(Exited{0});
  end.report_file = "trials/0003/attempt-1/reports.jsonl";
  TrialSoFar trial;
  trial.values = {{"acc", 0.5}, {"los", 1}};
  CHECK(judged(end, trial).trial->reason ==
        "no_metric: exit code 0, but 'loss' was never reported in "
        "trials/0003/attempt-1/reports.jsonl, which has 'acc', 'los'");
  CHECK_THAT(
      judged(end, TrialSoFar{}).attempt.message,
      Catch::Contains("reports.jsonl, which has nothing; a program appends {\"loss\": 0.5} to") &&
          Catch::Contains("trial.metrics_from"));
}

TEST_CASE("who reached the bound of the study's memory is told so") {
  AttemptEnd end = ended(Signalled{SIGKILL});
  end.oom_kills = 1;
  CHECK_THAT(judged(end, TrialSoFar{}).attempt.message, Catch::Contains("for want of memory"));
  end.bound_kills = 1;
  const Verdict verdict = judged(end, TrialSoFar{});
  CHECK(verdict.attempt.ending == "oom_host");
  CHECK_THAT(verdict.attempt.message, Catch::Contains("at its bound, resources.memory"));
}
