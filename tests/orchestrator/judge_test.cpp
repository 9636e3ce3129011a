#include <catch2/catch.hpp>
#include <cmath>

#include "orchestrator/attempt.hpp"

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

TEST_CASE("leaving with 75 continues only when a checkpoint was made") {
  AttemptEnd end = ended(Exited{75});
  CHECK(judged(end, with_loss(1), 0).trial);
  end.facts.checkpoints = 1;
  const Verdict verdict = judged(end, with_loss(1), 0);
  CHECK_FALSE(verdict.trial);
  CHECK_FALSE(verdict.attempt.counts);
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

TEST_CASE("a trial that finished while it was being stopped is complete") {
  AttemptEnd end = ended(Exited{0});
  end.stop_cause = StopCause::study_stopping;
  CHECK(judged(end, with_loss(1)).trial->ending == Ending::completed);
}

TEST_CASE("the value that counts is the last, the best or the mean of the reports") {
  const std::vector<Measurement> reports = {
      {1, "loss", 3, 0}, {2, "loss", std::nan(""), 0}, {3, "loss", 1, 0}, {4, "loss", 2, 0}};
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
