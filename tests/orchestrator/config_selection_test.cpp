#include <catch2/catch.hpp>

#include "tests/orchestrator/config_support.hpp"

using namespace winnow;
using namespace winnow::tests;

namespace {

constexpr std::string_view with_default = "parameters: {x: {min: 0.0, max: 1.0, default: 0.25}}";

std::string selecting(std::string_view parameters, std::string_view selection) {
  return study_with(fmt::format("{}\nselection: {}", parameters, selection));
}

}  // namespace

TEST_CASE("an empty selection has defaults that are right without thought") {
  const SelectionSpec selection = *read_study(selecting(with_default, "{}")).spec.selection;
  CHECK(selection.objective.metric == "loss");
  CHECK(selection.alpha == 0.05);
  CHECK(selection.test == PairedTest::sign_flip);
  CHECK(selection.finalists == 3);
  CHECK(selection.seeds == 10);
  CHECK(selection.baseline == Point({{"x", 0.25}}));
  CHECK_FALSE(read_study(study_with(one_parameter)).spec.selection);
}

TEST_CASE("the baseline is the one named, else the defaults, else the first point, else none") {
  const auto baseline = [](std::string_view parameters, std::string_view rest) {
    return read_study(study_with(fmt::format("{}\n{}", parameters, rest))).spec.selection->baseline;
  };
  CHECK(baseline(with_default, "selection: {baseline: {x: 0.5}}") == Point({{"x", 0.5}}));
  CHECK(baseline(with_default, "selection: {baseline: none}") == std::nullopt);
  CHECK(baseline(one_parameter, "points: [{x: 0.75}]\nselection: {}") == Point({{"x", 0.75}}));
  CHECK(baseline(one_parameter, "selection: {}") == std::nullopt);
}

TEST_CASE("a selection reads back from its normalised form") {
  const run::StudyConfig config = read_study(selecting(
      with_default,
      "{alpha: 0.01, test: wilcoxon, margin: 0.5, finalists: 4, seeds: 20, looks: 5, tie_break: "
      "size, holdout_metric: test_loss, metric: accuracy, goal: maximize, folds: 4, power: 0.3, "
      "constraints: ['latency_ms <= 50', 'recall>=0.85']}"));
  const run::StudyConfig again = run::parse_study(normalised(config).dump(), config.file);
  CHECK(again.spec == config.spec);
  CHECK(again.spec.selection->power == PowerRequest{0.3, 1});
  CHECK(again.spec.selection->objective.direction == Direction::maximize);
  const std::vector<MetricBound> bounds = {{"latency_ms", MetricBound::Side::at_most, 50},
                                           {"recall", MetricBound::Side::at_least, 0.85}};
  CHECK(again.spec.selection->constraints == bounds);
}

TEST_CASE("fewer seeds than a race usually looks at read back as well") {
  const run::StudyConfig config =
      read_study(selecting(with_default, "{test: paired_t, finalists: 1, seeds: 2}"));
  CHECK(config.spec.selection->looks == 2);
  CHECK(run::parse_study(normalised(config).dump(), config.file).spec == config.spec);
}

TEST_CASE("seeds follow from the power asked for, and given besides they must suffice") {
  const auto selection = [](std::string_view text) {
    return *read_study(selecting(with_default, text)).spec.selection;
  };
  // Paired t-test, two-sided at 0.05, one standard deviation: 10 pairs have a power of 0.803
  // (statsmodels 0.13.5: TTestPower().power(1, 10, 0.05)), 9 of 0.748.
  const SelectionSpec one = selection("{test: paired_t, finalists: 1, power: 0.8}");
  CHECK(one.seeds == 10);
  CHECK(one.power == PowerRequest{0.8, 1});
  CHECK(selection("{test: paired_t, finalists: 1, power: 0.8, effect: 2}").seeds < 10);
  CHECK(selection("{test: paired_t, finalists: 4, power: 0.8}").seeds > 10);
  CHECK(selection("{test: paired_t, finalists: 1, power: 0.8, seeds: 12}").seeds == 12);
  CHECK(
      faults_in(selecting(with_default, "{test: paired_t, finalists: 1, power: 0.8, seeds: 9}")) ==
      Faults{"7:55 selection"});
  CHECK(faults_in(selecting(with_default, "{power: 0.8, effect: 0.01}")) == Faults{"7:20 range"});
  CHECK(faults_in(selecting(with_default, "{power: 1}")) == Faults{"7:20 range"});
  CHECK(faults_in(selecting(with_default, "{power: 0.8, effect: -1}")) == Faults{"7:33 range"});
  CHECK(faults_in(selecting(with_default, "{effect: 1}")) == Faults{"7:21 missing-key"});
  CHECK(faults_in(selecting(with_default, "{power: 0.8, baseline: none}")) ==
        Faults{"7:13 selection"});
}

TEST_CASE("seeds with which nothing could be proven are refused before they are spent") {
  // 2 / 2^6 is above 0.05 / 2, 2 / 2^7 below.
  CHECK(faults_in(selecting(with_default, "{finalists: 2, seeds: 6, looks: 0}")) ==
        Faults{"7:27 selection"});
  CHECK(faults_in(selecting(with_default, "{finalists: 2, seeds: 7, looks: 0}")).empty());
  CHECK(faults_in(selecting(with_default, "{finalists: 26}")) == Faults{"7:12 selection"});
  CHECK(faults_in(selecting(with_default, "{test: paired_t, seeds: 1}")) ==
        Faults{"7:29 selection"});
  CHECK(faults_in(selecting(with_default, "{baseline: none, seeds: 2, looks: 0}")).empty());
  // 2 / 2^40 is below; of 41 pairs 100,000 patterns are drawn.
  CHECK(faults_in(selecting(with_default, "{alpha: 1.0e-6, seeds: 40}")).empty());
  CHECK(faults_in(selecting(with_default, "{alpha: 1.0e-6, seeds: 41}")) ==
        Faults{"7:28 selection"});
  CHECK(faults_in(selecting(with_default, "{alpha: 1.0e-12, power: 0.8}")) ==
        Faults{"7:36 selection"});
}

TEST_CASE("folds need a program that divides its data") {
  CHECK(read_study(selecting(with_default, "{folds: 5}")).spec.selection->folds == 5);
  CHECK(faults_in(selecting(with_default, "{folds: 1}")) == Faults{"7:20 range"});
  CHECK(faults_in(selecting(with_default, "{test: corrected_t}")) == Faults{"7:13 missing-key"});
  CHECK(faults_in(selecting(with_default, "{test: corrected_t, folds: 5, seeds: 1, looks: 0}"))
            .empty());
  CHECK(faults_in(selecting(with_default, "{test: corrected_t, folds: 5, power: 0.8}")) ==
        Faults{"7:49 selection"});
}

TEST_CASE("a selection that makes no sense is refused where it stands") {
  CHECK(faults_in(selecting(with_default, "{alpha: 0.7}")) == Faults{"7:20 range"});
  CHECK(faults_in(selecting(with_default, "{margin: 0}")) == Faults{"7:21 range"});
  CHECK(faults_in(selecting(with_default, "{metric: accuracy}")) == Faults{"7:21 missing-key"});
  CHECK(faults_in(selecting(with_default, "{holdout_metric: loss}")) == Faults{"7:29 selection"});
  CHECK(faults_in(selecting(with_default, "{seeds: 4, looks: 5}")) == Faults{"7:30 range"});
  CHECK(faults_in(selecting(with_default, "{baseline: {x: 7}}")) == Faults{"7:27 point"});
  CHECK(faults_in(selecting(with_default, "{baseline: default}")) == Faults{"7:23 wrong-type"});
  CHECK(faults_in(selecting(with_default, "{constraints: latency}")) == Faults{"7:26 wrong-type"});
  CHECK(faults_in(selecting(with_default, "{constraints: ['a < 3', 'b <= 1e400', 'c <= 2']}")) ==
        Faults{"7:27 selection", "7:36 selection"});
  CHECK(faults_in(selecting(with_default, "{constraints: ['t <= 3'], holdout_metric: t}")) ==
        Faults{"7:54 selection"});
  const std::string bounded =
      "name: a\nmethod: gp\nmetric: {name: loss}\noutcome_constraints: ['t <= 3']\n"
      "parameters: {x: {min: 0.0, max: 1.0, default: 0.5}}\ntrial: {command: [/bin/true]}\n";
  CHECK(faults_in(bounded + "selection: {constraints: ['u <= 3']}\n").empty());
  CHECK(faults_in(bounded + "selection: {constraints: ['u <= 3'], holdout_metric: t}\n") ==
        Faults{"7:54 selection"});
  CHECK(faults_in(selecting(with_default, "{seed: 4}")) == Faults{"7:13 unknown-key"});
  const std::string several =
      "name: a\nmethod: random\nmetrics: [{name: x}, {name: y}]\n"
      "parameters: {x: {min: 0.0, max: 1.0, default: 0.5}}\ntrial: {command: [/bin/true]}\n";
  CHECK(read_study(several + "selection: {}\n").spec.selection->looks == 0);
  CHECK(faults_in(several + "selection: {margin: 0.1}\n") == Faults{"6:13 selection"});
  CHECK(faults_in(several + "selection: {looks: 2}\n") == Faults{"6:13 selection"});
  CHECK(faults_in(several + "selection: {folds: 4, constraints: ['size <= 3']}\n").empty());
  CHECK(faults_in(several + "selection: {holdout_metric: y}\n") == Faults{"6:29 selection"});
  CHECK_FALSE(faults_in(several + "selection: {correction: none}\n").empty());
  CHECK(faults_in(several + "selection: {correction: holm}\n").empty());
}
