#include "searchers/stats/paired_proportions.hpp"

#include <catch2/catch.hpp>

#include "searchers/problem/error.hpp"

using namespace winnow::stats;

TEST_CASE("McNemar p-values equal exact rational arithmetic") {
  // Origin: Python 3.11, fractions.Fraction over math.comb(b + c, i), converted to float at the
  // end.
  struct Golden {
    Discordant counts;
    double exact_p, mid_p;
  };
  const Golden golden[] = {{{0, 1}, 1.0, 0.5},
                           {{5, 12}, 0.143463134765625, 0.09625244140625},
                           {{59, 6}, 4.964650327128617e-12, 2.72580319860688e-12},
                           {{1, 9}, 0.021484375, 0.01171875},
                           {{0, 30}, 1.862645149230957e-09, 9.313225746154785e-10},
                           {{10, 10}, 1.0, 1.0},
                           {{150, 101}, 0.0023809925216453426, 0.0019645905608824572}};
  for (const Golden& expected : golden) {
    const McNemar found = mcnemar(expected.counts);
    CHECK(found.exact_p == Approx(expected.exact_p).epsilon(1e-12));
    CHECK(found.mid_p == Approx(expected.mid_p).epsilon(1e-12));
    const McNemar swapped = mcnemar({expected.counts.only_second, expected.counts.only_first});
    CHECK(swapped.exact_p == found.exact_p);
    CHECK(swapped.mid_p == found.mid_p);
  }
}

TEST_CASE("without disagreement there is no evidence") {
  CHECK(mcnemar({0, 0}).exact_p == 1);
  CHECK(mcnemar({0, 0}).mid_p == 1);
}

TEST_CASE("negative counts are a bug of the caller") {
  CHECK_THROWS_AS(mcnemar({-1, 3}), winnow::BrokenExpectation);
}
