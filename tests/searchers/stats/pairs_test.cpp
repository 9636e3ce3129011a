#include "searchers/stats/pairs.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "searchers/stats/sign_flip.hpp"
#include "searchers/stats/signed_rank.hpp"

using namespace winnow::stats;

TEST_CASE("a seed that failed in one arm drops the pair and is named") {
  const std::vector<Keyed> first = {{7, 0.5}, {8, std::nullopt}, {9, 0.7}, {10, 0.1}};
  const std::vector<Keyed> second = {{9, 0.6}, {7, 0.25}, {8, 0.3}, {11, 0.4}};
  const Pairing found = *pair_by_key(first, second);
  CHECK(found.keys == std::vector<std::int64_t>{7, 9});
  REQUIRE(found.differences.values.size() == 2);
  CHECK(found.differences.values[0] == 0.25);
  CHECK(found.dropped ==
        std::vector<DroppedPair>{{8, false, true}, {10, true, false}, {11, false, true}});
}

TEST_CASE("a seed twice in an arm, or with a NaN, is refused") {
  const Answer<Pairing> twice = pair_by_key({{1, 0.5}, {1, 0.6}}, {{1, 0.4}});
  CHECK(twice.refusal().cause == Cause::unequal);
  const Answer<Pairing> nan = pair_by_key({{1, 0.5}}, {{1, std::nan("")}});
  CHECK(nan.refusal().cause == Cause::not_finite);
  CHECK(nan.refusal().reason.find("second arm, condition 1") != std::string::npos);
}

TEST_CASE("lists of unequal length are no pairs") {
  CHECK(differences(std::vector<double>{1, 2}, std::vector<double>{1}).refusal().cause ==
        Cause::unequal);
}

TEST_CASE("differences that are equal but for rounding are ties") {
  // 0.81 − 0.80 and 0.82 − 0.81 are not the same double; 0.3 − 0.3 as 0.1 + 0.2 − 0.3 is not 0.
  const std::vector<double> first = {0.81, 0.82, 0.1 + 0.2, 0.75};
  const std::vector<double> second = {0.80, 0.81, 0.3, 0.77};
  const Differences pairs = *differences(first, second);
  const SignedRank found = *signed_rank(pairs);
  CHECK(found.zeros == 1);
  CHECK(found.test.statistic == 5);  // ranks 2.5 and 2.5 of the two ties, 4 against
  CHECK(sign_flip(pairs)->zeros == 1);
}
