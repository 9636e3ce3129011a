#include "searchers/numerics/simplex_lattice.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "tests/support/golden.hpp"

using namespace winnow::search;

TEST_CASE("a lattice is that of another implementation") {
  for (const auto& row : winnow::tests::golden("pareto").at("reference_points")) {
    auto expected = row.at("points").get<std::vector<std::vector<double>>>();
    const auto lattice = simplex_lattice(row.at("objectives"), row.at("divisions"));
    std::sort(expected.begin(), expected.end());
    REQUIRE(lattice.size() == expected.size());
    for (std::size_t i = 0; i < lattice.size(); ++i)
      for (std::size_t j = 0; j < lattice[i].size(); ++j)
        CHECK(lattice[i][j] == Approx(expected[i][j]).margin(1e-12));
  }
}

TEST_CASE("the finest lattice has as many vectors as may be, all of them weights") {
  CHECK(finest_lattice(1, 100).size() == 1);
  CHECK(finest_lattice(2, 100).size() == 100);
  CHECK(finest_lattice(3, 100).size() == 91);        // 12 divisions
  CHECK(finest_lattice(8, 160).size() == 120 + 36);  // 3 divisions, and 2 inside
  CHECK(finest_lattice(5, 2).size() == 5);           // the coarsest there is
  for (std::size_t dimensions = 1; dimensions <= 8; ++dimensions)
    for (const std::vector<double>& vector : finest_lattice(dimensions, 90)) {
      CHECK(std::accumulate(vector.begin(), vector.end(), 0.0) == Approx(1));
      CHECK(*std::min_element(vector.begin(), vector.end()) >= 0);
    }
}
