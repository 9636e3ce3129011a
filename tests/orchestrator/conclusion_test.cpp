#include "orchestrator/conclusion.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/storage/builders.hpp"

using namespace winnow;
using namespace winnow::run;

namespace {

store::ReportedMeasurement measured(std::int64_t line, std::int64_t step, const std::string& metric,
                                    double value, bool is_final = false) {
  return {line, {step, metric, value, 0}, is_final};
}

/// A study whose trials may not be retried.
StudyConfig without_retries() {
  return parse_study(
      "{name: again, method: random, metric: {name: eval_loss}, parameters: {x: {min: 0.0, max: "
      "1.0}}, limits: {max_trials: 1}, trial: {command: [/bin/true], retries: 0}}",
      "/somewhere/again.yaml");
}

}  // namespace

TEST_CASE("the values of a trial do not depend on when its reports were committed") {
  const std::vector<store::ReportedMeasurement> lines = {
      measured(0, 1, "loss", 1), measured(10, 2, "loss", 5), measured(20, 2, "speed", 7),
      measured(30, 1, "speed", 3), measured(40, 1, "loss", 1, true)};
  for (const Aggregate aggregate : {Aggregate::last, Aggregate::best, Aggregate::mean}) {
    const std::vector<Objective> objectives = {{"loss", Direction::minimize, aggregate}};
    for (std::size_t committed = 0; committed <= lines.size(); ++committed) {
      store::Store store = store::a_store();
      const auto attempt = store.add_trial_and_start(store::a_trial(0), store::an_attempt(0));
      const auto middle = lines.begin() + static_cast<std::ptrdiff_t>(committed);
      const std::int64_t offset = middle == lines.begin() ? 0 : std::prev(middle)->line + 1;
      store.add_reports(attempt, {{lines.begin(), middle}, {}, offset});
      const store::ReportBatch last = {{middle, lines.end()}, {}, 50};
      const store::MetricValues values = trial_values(store, objectives, TrialNumber{0}, last);
      CHECK(values.at("loss") == (aggregate == Aggregate::mean ? 3 : 1));
      CHECK(values.at("speed") == 3);  // no objective: the last value, though of an earlier step
    }
  }
}

TEST_CASE("values of an earlier attempt up to the checkpoint count with those of the present one") {
  store::Store store = store::a_store();
  const auto first = store.add_trial_and_start(store::a_trial(0), store::an_attempt(0));
  store.end_attempt(
      first, {{measured(0, 10, "loss", 4), measured(9, 20, "loss", 100)}, {{10, "step-10"}}, 20},
      store::an_attempt_end("lost"), std::nullopt);
  store::NewAttempt again = store::an_attempt(0, 2);
  again.resumed_from = "step-10";
  again.resumed_step = 10;
  store.start_attempt(again);
  const std::vector<Objective> objectives = {{"loss", Direction::minimize, Aggregate::mean}};
  const store::ReportBatch last = {{measured(0, 20, "loss", 2)}, {}, 9};
  CHECK(trial_values(store, objectives, TrialNumber{0}, last).at("loss") == 3);
}

TEST_CASE("an attempt that is left from the same place again and again counts in the end") {
  const StudyConfig config = without_retries();
  store::Store store = store::a_store();
  EarlyStopping early_stopping(config.spec, store);
  store.add_trial(store::a_trial(0));
  AttemptEnd left;
  left.process = Exited{75};
  left.told_to_terminate = true;
  int attempts = 0;
  std::optional<store::TrialEndRow> end;
  while (!end) {
    REQUIRE(++attempts < 20);
    const auto attempt = store.start_attempt(store::an_attempt(0, attempts));
    end = conclude(store, config, early_stopping, attempt, TrialNumber{0}, left, Witness::living)
              .trial;
  }
  CHECK(attempts == 6);
  CHECK(end->reason.starts_with("crashed"));
}

TEST_CASE(
    "a NaN on the way ends the trial where the study says so, and what came later is nothing") {
  const std::vector<store::ReportedMeasurement> lines = {
      measured(0, 1, "eval_loss", 1), measured(10, 2, "eval_loss", NAN),
      measured(20, 2, "speed", INFINITY), measured(30, 3, "eval_loss", 0.5)};
  for (const bool fails_fast : {false, true}) {
    for (std::size_t committed = 0; committed <= lines.size(); ++committed) {
      StudyConfig config = without_retries();
      config.trial.fails_fast_on_nan = fails_fast;
      store::Store store = store::a_store();
      EarlyStopping early_stopping(config.spec, store);
      const auto attempt = store.add_trial_and_start(store::a_trial(0), store::an_attempt(0));
      const auto middle = lines.begin() + static_cast<std::ptrdiff_t>(committed);
      const std::int64_t offset = middle == lines.end() ? 40 : middle->line;
      store.add_reports(attempt, {{lines.begin(), middle}, {}, offset});
      AttemptEnd end;
      end.process = Exited{0};
      end.last_reports = {{middle, lines.end()}, {}, 40};
      const auto trial =
          conclude(store, config, early_stopping, attempt, TrialNumber{0}, end, Witness::living)
              .trial;
      REQUIRE(trial);
      CHECK((trial->ending == Ending::failed) == fails_fast);
      if (!fails_fast) continue;
      CHECK(trial->reason == "non_finite: eval_loss is nan at step 2 (trial.fail_fast_on_nan)");
      CHECK(std::isnan(trial->values.at("eval_loss")));
      CHECK(store.measurements(TrialNumber{0}, "eval_loss").size() == 2);  // steps 1 and 2
    }
  }
}

TEST_CASE("a NaN at a later step than that of an early stop does not count") {
  StudyConfig config = parse_study(
      "{name: again, method: random, metric: {name: eval_loss}, parameters: {x: {min: 0.0, max: "
      "1.0}}, determinism: strict, limits: {max_trials: 2}, early_terminate: {type: asha, eta: 2},"
      " trial: {command: [/bin/true], fail_fast_on_nan: true}}",
      "/somewhere/again.yaml");
  CHECK(config.trial.fails_fast_on_nan);
  for (const double at_step_1 : {5.0, static_cast<double>(NAN)}) {
    store::Store store = store::a_store();
    EarlyStopping early_stopping(config.spec, store);
    store::run_trial(store, store::a_trial_end(Ending::completed));
    early_stopping.judge(TrialNumber{0}, std::vector{measured(0, 1, "eval_loss", 1)});
    const auto attempt = store.add_trial_and_start(store::a_trial(1), store::an_attempt(1));
    AttemptEnd end;
    end.process = Exited{0};
    end.last_reports = {
        {measured(0, 1, "eval_loss", at_step_1), measured(10, 2, "eval_loss", NAN)}, {}, 20};
    const auto trial =
        conclude(store, config, early_stopping, attempt, TrialNumber{1}, end, Witness::living)
            .trial;
    REQUIRE(trial);
    // At one and the same step the number itself is what ended it.
    CHECK((trial->ending == Ending::stopped) == std::isfinite(at_step_1));
    CHECK(trial->last_step == 1);
  }
}

TEST_CASE("orders of ours are no repeats") {
  const StudyConfig config = without_retries();
  store::Store store = store::a_store();
  EarlyStopping early_stopping(config.spec, store);
  store.add_trial(store::a_trial(0));
  AttemptEnd left;
  left.process = Signalled{15};
  left.stop_cause = StopCause::study_stopping;
  for (int ordinal = 1; ordinal <= 10; ++ordinal) {
    const auto attempt = store.start_attempt(store::an_attempt(0, ordinal));
    store.record_process(attempt, store::a_process(ordinal));
    store.record_stop(attempt, StopCause::study_stopping);
    CHECK_FALSE(
        conclude(store, config, early_stopping, attempt, TrialNumber{0}, left, Witness::living)
            .trial);
  }
  left.stop_cause = StopCause::none;
  const auto attempt = store.start_attempt(store::an_attempt(0, 11));
  CHECK_FALSE(
      conclude(store, config, early_stopping, attempt, TrialNumber{0}, left, Witness::living)
          .trial);
}
