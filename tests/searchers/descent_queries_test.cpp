#include "searchers/numerics/descent_queries.hpp"

#include <algorithm>
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
    const auto query = next_query(QuadraticDescent{{0.7, 0.7, 0.7}, 0.1, 1e-9}, losses);
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
    CHECK(next_query(QuadraticDescent{{0.7, 0.7, 0.7}, 0.1, 1e-9},
                     std::span<const double>(losses).first(k)) == queries[k]);
}

TEST_CASE("a descent into a corner stays in the cube") {
  Vector losses;
  double least = 1e300;
  for (int k = 0; k < 60; ++k) {
    const auto query = next_query(QuadraticDescent{{0.5, 0.5}, 0.1, 1e-6}, losses);
    if (!query) break;
    losses.push_back((*query)[0] - (*query)[1]);
    least = std::min(least, losses.back());
  }
  CHECK(least == Approx(-1));
}

TEST_CASE(
    "a descent along gradients asks for a loss and its differences, and ends at the minimum") {
  std::vector<Vector> queries;
  Vector losses;
  while (queries.size() < 500) {
    const auto query = next_query(GradientDescent{{0.7, 1, 0.7}, 1e-6, 1e-9}, losses);
    if (!query) break;
    queries.push_back(*query);
    losses.push_back(quadratic(*query));
  }
  REQUIRE(queries.size() < 500);
  REQUIRE(queries.size() % 4 == 0);
  for (std::size_t k = 0; k < queries.size(); ++k) {
    for (const double u : queries[k]) CHECK((u >= 0 && u <= 1));
    for (std::size_t j = 0; j < 3; ++j) {
      const double away = std::abs(queries[k][j] - queries[k - k % 4][j]);
      CHECK(away == Approx(k % 4 == j + 1 ? 1e-6 : 0).margin(1e-12));
    }
  }
  CHECK(*std::min_element(losses.begin(), losses.end()) < 1e-10);
}

TEST_CASE("losses beyond the arithmetic of a descent end it") {
  for (int kind = 0; kind < 2; ++kind) {
    Vector losses;
    bool has_ended = false;
    for (int k = 0; k < 200 && !has_ended; ++k) {
      const auto query = kind == 0 ? next_query(QuadraticDescent{{0.5, 0.5}, 0.1, 1e-7}, losses)
                                   : next_query(GradientDescent{{0.5, 0.5}, 1e-6, 1e-9}, losses);
      has_ended = !query;
      if (query)
        for (const double u : *query) CHECK(std::isfinite(u));
      losses.push_back(k % 3 ? 1.7e308 : -1.7e308);
    }
    CHECK(has_ended);
  }
}
