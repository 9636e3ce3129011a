#include "orchestrator/early_stopping.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "orchestrator/conclusion.hpp"
#include "tests/orchestrator/config_support.hpp"
#include "tests/storage/builders.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::run;

namespace {

/// Half of those that reach step 1, 2, 4 … go on.
StudyConfig halving(std::string_view determinism = "free", std::string_view goal = "minimize") {
  return parse_study(
      fmt::format("{{name: halving, method: random, metric: {{name: eval_loss, goal: {}}},"
                  " parameters: {{x: {{min: 0.0, max: 1.0}}}}, determinism: {},"
                  " limits: {{max_trials: 9}}, trial: {{command: [/bin/true]}},"
                  " early_terminate: {{type: asha, eta: 2}}}}",
                  goal, determinism),
      "/somewhere/halving.yaml");
}

store::ReportedMeasurement reported(std::int64_t step, double loss, bool is_final = false) {
  store::ReportedMeasurement row = store::a_measurement(step, step, loss);
  row.is_final = is_final;
  return row;
}

/// The step of the order that trial `number` gets for `losses` of the steps from `first` on.
std::optional<std::int64_t> judged(EarlyStopping& stopping, std::int64_t number,
                                   const std::vector<double>& losses, std::int64_t first = 1) {
  std::vector<store::ReportedMeasurement> rows;
  for (const double loss : losses) rows.push_back(reported(first++, loss));
  const auto order = stopping.judge(TrialNumber{number}, rows);
  return order ? std::optional(order->step) : std::nullopt;
}

store::ReportBatch batch_of(const std::vector<store::ReportedMeasurement>& rows) {
  return {rows, {}, rows.back().line + 1};
}

AttemptEnd exited(int code, StopCause cause, bool finished) {
  AttemptEnd end;
  end.process = Exited{code};
  end.stop_cause = cause;
  end.facts.finished = finished;
  return end;
}

}  // namespace

TEST_CASE("without early_terminate nobody is stopped") {
  StudyConfig config = halving();
  config.spec.early_termination.reset();
  EarlyStopping stopping(config.spec, store::a_store());
  CHECK(judged(stopping, 0, {1}) == std::nullopt);
  CHECK(judged(stopping, 1, {9}) == std::nullopt);
}

TEST_CASE("a free study compares with whatever there is and judges a point once") {
  const StudyConfig config = halving();
  EarlyStopping stopping(config.spec, store::a_store());
  CHECK(judged(stopping, 1, {5}) == std::nullopt);  // alone so far
  CHECK(judged(stopping, 0, {1}) == std::nullopt);
  CHECK(judged(stopping, 1, {9, 9}, 2) == std::nullopt);  // of step 2 there is nobody else
  CHECK(judged(stopping, 2, {3}) == 1);                   // 2nd of 3, and one goes on
  CHECK(judged(stopping, 2, {0}, 2) == 1);                // the order stands
}

TEST_CASE("a strict study compares with trials that have ended only, however often it asks") {
  const StudyConfig config = halving("{mode: strict, lag: 2}");
  EarlyStopping stopping(config.spec, store::a_store());
  CHECK(judged(stopping, 0, {1, 1}) == std::nullopt);
  CHECK(judged(stopping, 1, {9}) == std::nullopt);  // 0 may still be running
  CHECK(judged(stopping, 2, {}) == std::nullopt);
  CHECK(judged(stopping, 2, {0, 5}) == 2);
  CHECK(judged(stopping, 3, {1}) == std::nullopt);  // level with 0; 2 is better and does not count
  CHECK(judged(stopping, 4, {9}) == 1);
  CHECK(judged(stopping, 4, {}) == 1);
}

TEST_CASE("what is maximised is compared the other way round, and what is no number is worst") {
  const StudyConfig config = halving("free", "maximize");
  EarlyStopping stopping(config.spec, store::a_store());
  judged(stopping, 0, {1});
  CHECK(judged(stopping, 1, {2}) == std::nullopt);
  CHECK(judged(stopping, 2, {0.5}) == 1);
  CHECK(judged(stopping, 3, {std::numeric_limits<double>::quiet_NaN()}) == 1);
}

TEST_CASE("a trial that starts again from a checkpoint is compared by what still counts") {
  const StudyConfig config = halving();
  EarlyStopping stopping(config.spec, store::a_store());
  judged(stopping, 0, {1, 1, 1, 1});
  stopping.cut(TrialNumber{0}, 2);
  CHECK(judged(stopping, 1, {0, 0, 9, 9}) == std::nullopt);  // nobody else is at step 4
  CHECK(judged(stopping, 0, {1, 1}, 3) == std::nullopt);
  const std::vector<store::ReportedMeasurement> last_word = {reported(8, 99, true)};
  CHECK_FALSE(stopping.judge(TrialNumber{0}, last_word));  // repeats a number
}

TEST_CASE("the numbers of a stopped trial are those up to where it was stopped") {
  const StudyConfig config = halving("{mode: strict, lag: 1}");
  store::Store store = store::a_store();
  EarlyStopping stopping(config.spec, store);
  const auto first = store.add_trial_and_start(store::a_trial(0), store::an_attempt(0));
  AttemptEnd end = exited(0, StopCause::none, true);
  end.last_reports = batch_of({reported(1, 1), reported(2, 1)});
  CHECK(conclude(store, config, stopping, first, TrialNumber{0}, end, Witness::living)
            .trial->ending == Ending::completed);

  const auto second = store.add_trial_and_start(store::a_trial(1), store::an_attempt(1));
  end.last_reports = batch_of({reported(1, 5), reported(2, 0.5), reported(3, 0.25, true)});
  const Verdict verdict =
      conclude(store, config, stopping, second, TrialNumber{1}, end, Witness::living);
  CHECK(verdict.attempt.ending == "stopped");
  const store::TrialRow row = *store.trial(TrialNumber{1});
  CHECK(row.state == TrialState::stopped);
  CHECK(row.values.at("eval_loss") == 5);
  CHECK(row.reason == "at step 1 it is number 2 of 2, and the best 1 go on");
  CHECK(store.reported(TrialNumber{1}).size() == 1);
  // Known to the next session as to this one.
  EarlyStopping again(config.spec, store);
  CHECK(judged(again, 2, {1, 9}) == 2);
}

TEST_CASE("a free trial that has finished before it heard of the order is completed") {
  const StudyConfig config = halving();
  store::Store store = store::a_store();
  EarlyStopping stopping(config.spec, store);
  judged(stopping, 5, {1});
  const auto attempt = store.add_trial_and_start(store::a_trial(0), store::an_attempt(0));
  store.record_process(attempt, store::a_process(1));
  store.record_early_stop(attempt, {1, "behind"});
  AttemptEnd end = exited(0, StopCause::early_stop, true);
  end.last_reports = batch_of({reported(1, 5), reported(2, 0.5)});
  CHECK(conclude(store, config, stopping, attempt, TrialNumber{0}, end, Witness::living)
            .trial->values.at("eval_loss") == 0.5);
  CHECK(store.trial(TrialNumber{0})->state == TrialState::completed);
}

TEST_CASE("an order that an earlier session gave stands, however its trial ended") {
  const StudyConfig config = halving();
  store::Store store = store::a_store();
  const auto attempt = store.add_trial_and_start(store::a_trial(0), store::an_attempt(0));
  store.record_process(attempt, store::a_process(1));
  store.add_reports(attempt, batch_of({reported(1, 5), reported(2, 4)}));
  store.record_early_stop(attempt, {1, "behind"});
  EarlyStopping stopping(config.spec, store);
  AttemptEnd end;
  end.process = Vanished{};
  end.stop_cause = StopCause::early_stop;
  end.last_reports.offset = 3;
  const Verdict verdict =
      conclude(store, config, stopping, attempt, TrialNumber{0}, end, Witness::recovery);
  REQUIRE(verdict.trial);
  CHECK(verdict.trial->ending == Ending::stopped);
  CHECK(store.trial(TrialNumber{0})->values.at("eval_loss") == 5);
  CHECK(store.reported(TrialNumber{0}).size() == 1);
}

TEST_CASE("the word strict of a W&B sweep is taken and warned of") {
  const tests::TemporaryFolder folder;
  const auto warnings_of = [&](const std::string& rule) {
    tests::write_text(
        folder / "s.yaml",
        tests::study_with(fmt::format("{}\nearly_terminate: {}", tests::one_parameter, rule)));
    return read_study_file(folder / "s.yaml").warnings;
  };
  const auto warnings = warnings_of("{type: hyperband, min_iter: 1, strict: true}");
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].at.line == 7);
  CHECK(warnings[0].at.column == 49);
  CHECK_THROWS_AS(warnings_of("{type: asha, strict: true}"), StudyFileError);
  CHECK_THROWS_AS(warnings_of("{type: hyperband, strict: perhaps}"), StudyFileError);
}

TEST_CASE("early_terminate is read with its defaults, and refused where it makes no sense") {
  using tests::Faults;
  using tests::faults_in;
  const auto with = [](std::string_view more) {
    return tests::study_with(fmt::format("{}\nearly_terminate: {}", tests::one_parameter, more));
  };
  const StudyConfig config = tests::read_study(with("{type: hyperband, max_iter: 81, s: 3}"));
  CHECK(config.spec.early_termination->rule == "asha");
  CHECK(config.spec.early_termination->options.at("eta") == Value(3.0));
  CHECK(parse_study(normalised(config).dump(), config.file).spec == config.spec);
  CHECK(faults_in(with("{type: ahsa}")) == Faults{"7:25 early-terminate"});
  CHECK(faults_in(with("{min_iter: 3}")) == Faults{"7:18 missing-key"});
  CHECK(faults_in(with("{type: asha, etta: 3}")) == Faults{"7:37 early-terminate"});
  CHECK(faults_in(with("{type: median, min_trials: x}")) == Faults{"7:45 early-terminate"});
  CHECK(faults_in("name: a\nmethod: random\nmetrics: [{name: x}, {name: y}]\n"
                  "parameters: {x: {value: 1}}\ntrial: {command: [/bin/true]}\n"
                  "early_terminate: {type: asha}\nlimits: {max_trials: 2}\n") ==
        Faults{"6:18 early-terminate"});
}
