#include "trainer/loop/early_stopping.hpp"

#include <catch2/catch.hpp>

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

}  // namespace

TEST_CASE("training ends after as many evaluations without improvement as patience allows") {
  const EarlyStopping rule{"eval_loss", Better::lower, 0.0, 2};
  CHECK_FALSE(has_run_out(after(rule, {0.9, 0.8, 0.85}), rule));
  CHECK(has_run_out(after(rule, {0.9, 0.8, 0.85, 0.82}), rule));
  CHECK_FALSE(has_run_out(after(rule, {0.9, 0.8, 0.85, 0.79, 0.8}), rule));
}

TEST_CASE("an improvement smaller than the least one does not reset patience but can be the best") {
  const EarlyStopping rule{"eval_loss", Better::lower, 0.1, 2};
  const EvaluationHistory history = after(rule, {0.9, 0.85, 0.81});
  CHECK(has_run_out(history, rule));
  CHECK(history.best->step == 30);
  CHECK(history.improved_value == 0.9);
  CHECK_FALSE(has_run_out(after(rule, {0.9, 0.85, 0.75}), rule));
}

TEST_CASE("a metric that grows is better when higher") {
  const EarlyStopping rule{"eval_accuracy", Better::higher, 0.0, 1};
  const EvaluationHistory history = after(rule, {0.5, 0.7, 0.6});
  CHECK(history.best->step == 20);
  CHECK(history.last->step == 30);
  CHECK(has_run_out(history, rule));
}

TEST_CASE("of equal evaluations the first stays the best") {
  const EarlyStopping rule{"eval_loss", Better::lower, 0.0, 5};
  const EvaluationHistory history = after(rule, {0.5, 0.5, 0.5});
  CHECK(history.best->step == 10);
  CHECK(history.without_improvement == 2);
}

TEST_CASE("without patience training never ends early") {
  const EarlyStopping rule{"eval_loss", Better::lower, 0.0, 0};
  CHECK_FALSE(has_run_out(after(rule, {0.1, 0.2, 0.3, 0.4, 0.5}), rule));
}
