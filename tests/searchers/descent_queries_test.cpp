#include "searchers/numerics/descent_queries.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace winnow::search;
using Vector = std::vector<double>;

namespace {

double quadratic(const Vector& x) {
  double loss = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double distance = x[j] - 0.3 - 0.1 * static_cast<double>(j);
    loss += (1 + static_cast<double>(j)) * distance * distance;
  }
  return loss + 0.5 * (x[0] - 0.3) * (x[1] - 0.4);
}

// All queries of a descent from the middle, at most `most`.
std::vector<Vector> descended(std::size_t most) {
  std::vector<Vector> queries;
  Vector losses;
  while (queries.size() < most) {
    const auto query = next_query({{0.7, 0.7, 0.7}, 0.1, 1e-9}, losses);
    if (!query) break;
    queries.push_back(*query);
    losses.push_back(quadratic(*query));
  }
  return queries;
}

}  // namespace

TEST_CASE("a descent asks for points of the cube, ends, and ends at the minimum") {
  const std::vector<Vector> queries = descended(500);
  CHECK(queries.size() < 500);
  CHECK(queries.front() == Vector{0.7, 0.7, 0.7});
  double least = 1e300;
  for (const Vector& query : queries) {
    for (const double u : query) CHECK((u >= 0 && u <= 1));
    least = std::min(least, quadratic(query));
  }
  CHECK(least < 1e-9);
}

TEST_CASE("the next query is a function of the losses seen") {
  const std::vector<Vector> queries = descended(20);
  Vector losses;
  for (const Vector& query : queries) losses.push_back(quadratic(query));
  for (std::size_t k = 0; k < queries.size(); ++k)
    CHECK(next_query({{0.7, 0.7, 0.7}, 0.1, 1e-9}, std::span<const double>(losses).first(k)) ==
          queries[k]);
}

TEST_CASE("a descent into a corner stays in the cube") {
  Vector losses;
  double least = 1e300;
  for (int k = 0; k < 60; ++k) {
    const auto query = next_query({{0.5, 0.5}, 0.1, 1e-6}, losses);
    if (!query) break;
    losses.push_back((*query)[0] - (*query)[1]);
    least = std::min(least, losses.back());
  }
  CHECK(least == Approx(-1));
}
