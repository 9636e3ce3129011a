#include "searchers/models/parzen.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/golden.hpp"

using namespace winnow::search;
using Row = std::vector<double>;

namespace {

ParzenEstimator estimator(const std::vector<ParzenAxis>& axes, const std::vector<Row>& rows) {
  std::vector<const Row*> observations;
  for (const Row& row : rows) observations.push_back(&row);
  return ParzenEstimator(axes, observations);
}

const ParzenAxis number{};
const ParzenAxis three_choices{ParzenAxis::Kind::choice, 3, {0.5, 0.25, 0.25}};
const ParzenAxis four_cells{ParzenAxis::Kind::cells, 4};

}  // namespace

TEST_CASE("densities agree with Optuna's multivariate Parzen estimator") {
  const std::vector<ParzenAxis> axes = {{},
                                        {ParzenAxis::Kind::cells, 6},
                                        {ParzenAxis::Kind::choice, 4, {0.25, 0.25, 0.25, 0.25}},
                                        {}};
  for (const auto& expected : winnow::tests::golden("parzen")["cases"]) {
    const auto rows = expected["observations"].get<std::vector<Row>>();
    const auto at = expected["at"].get<std::vector<Row>>();
    INFO(rows.size() << " observations");
    const ParzenEstimator parzen = estimator(axes, rows);
    for (std::size_t k = 0; k < at.size(); ++k)
      CHECK(parzen.log_density(at[k]) ==
            Approx(expected["log_density"][k].get<double>()).epsilon(1e-9));
  }
}

TEST_CASE("densities over all that a row can be sum to one") {
  const ParzenEstimator parzen =
      estimator({three_choices, four_cells, number},
                {{0, 0.125, 0.3}, {2, 0.875, 0.9}, {2, inactive, 0.01}, {1, 0.375, inactive}});
  double sum = 0;
  constexpr int steps = 400;  // midpoint rule: error of order (0.17 · 400)^-2
  for (double choice : {0.0, 1.0, 2.0})
    for (double cell : {0.125, 0.375, 0.625, 0.875})
      for (int k = 0; k < steps; ++k)
        sum += std::exp(parzen.log_density(Row{choice, cell, (k + 0.5) / steps})) / steps;
  CHECK(sum == Approx(1).epsilon(1e-5));
}

TEST_CASE("an inactive axis of a row is left out") {
  const std::vector<Row> rows = {{0, 0.3}, {2, 0.9}, {2, inactive}};
  const double both = [&] {
    double sum = 0;
    for (int k = 0; k < 400; ++k)
      sum +=
          std::exp(estimator({three_choices, number}, rows).log_density(Row{2, (k + 0.5) / 400})) /
          400;
    return sum;
  }();
  CHECK(std::exp(estimator({three_choices, number}, rows).log_density(Row{2, inactive})) ==
        Approx(both).epsilon(1e-5));
}

TEST_CASE("an observation without a value says nothing about it") {
  const std::vector<ParzenAxis> axes = {number};
  const ParzenEstimator nothing = estimator(axes, {}),
                        inactive_only = estimator(axes, {{inactive}, {inactive}});
  for (double x : {0.0, 0.2, 0.5, 1.0})
    CHECK(inactive_only.log_density(Row{x}) == Approx(nothing.log_density(Row{x})));
}

TEST_CASE("draws are inside the range and distributed as the density says") {
  const std::vector<ParzenAxis> axes = {three_choices, four_cells, number};
  const ParzenEstimator parzen =
      estimator(axes, {{0, 0.125, 0.05}, {2, 0.125, 0.9}, {2, 0.875, 0.95}});
  constexpr int draws = 20'000;
  double in_choice_2 = 0, in_cell_0 = 0, below_half = 0;
  for (int number_of_draw = 0; number_of_draw < draws; ++number_of_draw) {
    Rng rng(1, number_of_draw, "draw");
    const Row row = parzen.draw(rng);
    CHECK((row[1] >= 0 && row[1] <= 1 && row[2] >= 0 && row[2] <= 1));
    in_choice_2 += row[0] == 2;
    in_cell_0 += row[1] < 0.25;
    below_half += row[2] < 0.5;
  }
  const auto probability = [&](const Row& row) { return std::exp(parzen.log_density(row)); };
  double half = 0;
  for (int k = 0; k < 500; ++k) half += probability({inactive, inactive, (k + 0.5) / 1000}) / 1000;
  // Four standard deviations of a share of 20,000 draws are at most 0.015.
  CHECK(std::abs(in_choice_2 / draws - probability({2, inactive, inactive})) < 0.015);
  CHECK(std::abs(in_cell_0 / draws - probability({inactive, 0.125, inactive})) < 0.015);
  CHECK(std::abs(below_half / draws - half) < 0.015);
}

TEST_CASE("far from every observation the density stays finite") {
  std::vector<Row> rows(2000, Row{0.0, 0.125});
  const ParzenEstimator parzen = estimator({number, four_cells}, rows);
  CHECK(std::isfinite(parzen.log_density(Row{1, 0.875})));
  CHECK(parzen.log_density(Row{0, 0.125}) > parzen.log_density(Row{0.5, 0.125}));
}

TEST_CASE("of many observations the newest count most") {
  std::vector<Row> rows(100, Row{0.1});
  for (std::size_t i = 75; i < 100; ++i) rows[i] = {0.9};
  const ParzenEstimator newest_high = estimator({number}, rows);
  std::reverse(rows.begin(), rows.end());
  const ParzenEstimator newest_low = estimator({number}, rows);
  CHECK(newest_high.log_density(Row{0.9}) > newest_low.log_density(Row{0.9}));
  CHECK(newest_high.log_density(Row{0.1}) < newest_low.log_density(Row{0.1}));
}
