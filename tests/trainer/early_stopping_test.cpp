#include "trainer/loop/early_stopping.hpp"

#include <catch2/catch.hpp>

#include "trainer/errors.hpp"

using namespace winnow::train;

namespace {

EvaluationHistory after(const EarlyStopping& rule, const std::vector<double>& values) {
  EvaluationHistory history;
  std::int64_t step = 0;
  for (const double value : values) {
    step += 10;
    add_evaluation(history, rule, {step, {{rule.metric, value}}});
  }
  return history;
}

EarlyStopping loss_rule(double min_delta, std::int64_t patience) {
  EarlyStopping rule;
  rule.min_delta = min_delta;
  rule.patience = patience;
  return rule;
}

}  // namespace

TEST_CASE("training ends after as many evaluations without improvement as patience allows") {
  const EarlyStopping rule = loss_rule(0.0, 2);
  CHECK_FALSE(has_run_out(after(rule, {0.9, 0.8, 0.85}), rule));
  CHECK(has_run_out(after(rule, {0.9, 0.8, 0.85, 0.82}), rule));
  CHECK_FALSE(has_run_out(after(rule, {0.9, 0.8, 0.85, 0.79, 0.8}), rule));
}

TEST_CASE("an improvement smaller than the least one does not reset patience but can be the best") {
  const EarlyStopping rule = loss_rule(0.1, 2);
  const EvaluationHistory history = after(rule, {0.9, 0.85, 0.81});
  CHECK(has_run_out(history, rule));
  CHECK(history.best->step == 30);
  CHECK(history.improved_value == 0.9);
  CHECK_FALSE(has_run_out(after(rule, {0.9, 0.85, 0.75}), rule));
}

TEST_CASE("a metric that grows is better when higher") {
  EarlyStopping rule = loss_rule(0.0, 1);
  rule.metric = "eval_accuracy";
  rule.better = Better::higher;
  const EvaluationHistory history = after(rule, {0.5, 0.7, 0.6});
  CHECK(history.best->step == 20);
  CHECK(history.last->step == 30);
  CHECK(has_run_out(history, rule));
}

TEST_CASE("of equal evaluations the first stays the best") {
  const EarlyStopping rule = loss_rule(0.0, 5);
  const EvaluationHistory history = after(rule, {0.5, 0.5, 0.5});
  CHECK(history.best->step == 10);
  CHECK(history.bad_in_a_row == 2);
}

TEST_CASE("without patience training never ends early") {
  const EarlyStopping rule = loss_rule(0.0, 0);
  CHECK_FALSE(has_run_out(after(rule, {0.1, 0.2, 0.3, 0.4, 0.5}), rule));
}

TEST_CASE("decline counts evaluations that are worse than the one before") {
  EarlyStopping rule = loss_rule(0.0, 2);
  rule.rule = StoppingRule::decline;
  CHECK_FALSE(has_run_out(after(rule, {0.5, 0.6, 0.59, 0.7, 0.7}), rule));
  CHECK(has_run_out(after(rule, {0.9, 0.5, 0.51, 0.52}), rule));
  CHECK_FALSE(has_run_out(after(rule, {0.9, 0.5, 0.51, 0.52, 0.51}), rule));
}

TEST_CASE("loss_rise looks at eval_loss above its lowest, whatever the metric is") {
  EarlyStopping rule = loss_rule(0.0, 1);
  rule.rule = StoppingRule::loss_rise;
  rule.rise_percent = 10.0;
  CHECK_FALSE(has_run_out(after(rule, {0.5, 0.54, 0.549}), rule));
  CHECK(has_run_out(after(rule, {0.5, 0.551}), rule));
  rule.metric = "eval_accuracy";
  rule.better = Better::higher;
  EvaluationHistory history;
  add_evaluation(history, rule, {1, {{"eval_accuracy", 0.5}, {"eval_loss", 0.5}}});
  add_evaluation(history, rule, {2, {{"eval_accuracy", 0.9}, {"eval_loss", 0.6}}});
  CHECK(has_run_out(history, rule));
  CHECK(history.best->step == 2);
}

TEST_CASE("stopping rules are read, others refused") {
  CHECK(parse_stopping_rule("decline", "rule") == StoppingRule::decline);
  CHECK_THROWS_AS(parse_stopping_rule("never", "rule"), ConfigError);
}
