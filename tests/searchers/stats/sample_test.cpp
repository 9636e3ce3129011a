#include "searchers/stats/sample.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "searchers/stats/ranks.hpp"

using namespace winnow::stats;

TEST_CASE("values that cannot be used are refused and named") {
  const std::vector<double> values = {0.5, std::nan(""), 0.7};
  const auto fault = fault_of(values, 2, "losses");
  REQUIRE(fault);
  CHECK(fault->cause == Cause::not_finite);
  CHECK(fault->reason.substr(0, 15) == "2 of the losses");
  CHECK(fault_of(std::vector<double>{1e200, 1}, 1, "values")->cause == Cause::not_finite);
  CHECK(fault_of(std::vector<double>{1}, 2, "values")->needed == 2);
  CHECK_FALSE(fault_of(std::vector<double>{1, 2}, 2, "values"));
}

TEST_CASE("sums keep what plain addition loses") {
  CHECK(sum(std::vector<double>{1e16, 1, -1e16}) == 1);
  CHECK(variance(std::vector<double>{1e9 + 1, 1e9 + 2, 1e9 + 3}) == 1);
  CHECK(variance(std::vector<double>(3, 0.1)) == 0);
}

TEST_CASE("a description has the moments and quartiles of its values") {
  // Origin: numpy 1.24.2, mean, std(ddof=1), percentile of these numbers.
  const Description found = *describe(std::vector<double>{3, 1, 4, 1, 5, 9, 2, 6});
  CHECK(found.n == 8);
  CHECK(found.mean == 3.875);
  CHECK(found.standard_deviation == Approx(2.748376143938713).epsilon(1e-14));
  CHECK(found.minimum == 1);
  CHECK(found.lower_quartile == 1.75);
  CHECK(found.median == 3.5);
  CHECK(found.upper_quartile == 5.25);
  CHECK(found.maximum == 9);
  const double infinite = std::numeric_limits<double>::infinity();
  CHECK(quantile_of_sorted(std::vector<double>{1, infinite, infinite}, 0.75) == infinite);
  CHECK(quantile_of_sorted(std::vector<double>{1, 2, infinite}, 0.5) == 2);
  CHECK(describe(std::vector<double>{2})->standard_deviation == 0);
  CHECK(describe({}).refusal().cause == Cause::too_few);
}

TEST_CASE("equal values share the mean of their places") {
  const Ranks found = mid_ranks(std::vector<double>{3, 1, 3, 2, 3});
  CHECK(found.ranks == std::vector<double>{4, 1, 4, 2, 4});
  CHECK(found.group_sizes == std::vector<std::int64_t>{1, 1, 3});
  CHECK(found.has_ties());
  CHECK(found.tie_term() == 24);
  CHECK(mid_ranks(std::vector<double>{0.3, 0.1 + 0.2, 0.5}, 1e-15).ranks ==
        std::vector<double>{1.5, 1.5, 3});
}

TEST_CASE("halves among ranks double all of them") {
  CHECK(whole_ranks({1, 2, 3}).scale == 1);
  CHECK(whole_ranks({1.5, 1.5, 3}).ranks == std::vector<std::int64_t>{3, 3, 6});
}
