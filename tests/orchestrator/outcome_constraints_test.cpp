#include <catch2/catch.hpp>

#include "tests/orchestrator/config_support.hpp"

using namespace winnow;
using namespace winnow::run;

TEST_CASE("outcome constraints of a study file, and faults in them") {
  using tests::Faults;
  using enum MetricBound::Side;
  const auto study = [](const std::string& list) {
    return tests::study_with(std::string(tests::one_parameter) + "\noutcome_constraints: " + list);
  };
  const StudyConfig read = tests::read_study(study("[cost <= 2, recall >= 0.5, recall <= 1]"));
  CHECK(read.spec.outcome_constraints == std::vector<MetricBound>{{"cost", at_most, 2},
                                                                  {"recall", at_least, 0.5},
                                                                  {"recall", at_most, 1}});
  CHECK(parse_study(normalised(read).dump(), read.file).spec == read.spec);
  const auto faults = [&](const std::string& list) { return tests::faults_in(study(list)); };
  CHECK(faults("{cost: 2}") == Faults{"7:22 wrong-type"});
  CHECK(faults("[cost]") == Faults{"7:23 outcome-constraint"});
  CHECK(faults("[cost < 1]") == Faults{"7:23 outcome-constraint"});
  CHECK(faults("[cost <= 1, cost >= 2]") == Faults{"7:34 outcome-constraint"});
  CHECK(faults("[a <= 1, a <= 2]") == Faults{"7:31 outcome-constraint"});
}

TEST_CASE("a selection without constraints keeps to those of the outcomes") {
  const StudyConfig read = tests::read_study(
      tests::study_with(std::string(tests::one_parameter) +
                        "\noutcome_constraints: [cost <= 2]\nselection: {seeds: 12}"));
  REQUIRE(read.spec.selection);
  CHECK(read.spec.selection->constraints == read.spec.outcome_constraints);
}
