#include "searchers/numerics/hypervolume.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "tests/searchers/loss_sets.hpp"
#include "tests/support/golden.hpp"

using namespace winnow::search;

namespace {

// Volume of the union of boxes, by adding and taking away their intersections. O(2ⁿ).
double by_inclusion_and_exclusion(const std::vector<Losses>& losses, const Losses& reference) {
  double volume = 0;
  for (unsigned subset = 1; subset < 1u << losses.size(); ++subset) {
    Losses corner(reference.size(), -1e300);
    int members = 0;
    for (std::size_t i = 0; i < losses.size(); ++i) {
      if (!(subset >> i & 1)) continue;
      ++members;
      for (std::size_t j = 0; j < corner.size(); ++j) corner[j] = std::max(corner[j], losses[i][j]);
    }
    double box = members % 2 ? 1 : -1;
    for (std::size_t j = 0; j < corner.size(); ++j) box *= std::max(0.0, reference[j] - corner[j]);
    volume += box;
  }
  return volume;
}

double share_dominated(const std::vector<Losses>& losses, std::size_t objectives, int draws) {
  Rng rng(1, 0, "monte carlo");
  int hits = 0;
  Losses point(objectives);
  for (int i = 0; i < draws; ++i) {
    for (double& loss : point) loss = rng.uniform();
    hits += std::any_of(losses.begin(), losses.end(),
                        [&](const Losses& each) { return dominates(each, point); });
  }
  return static_cast<double>(hits) / draws;
}

}  // namespace

TEST_CASE("hypervolumes are those of two other implementations") {
  for (const auto& set : winnow::tests::golden("pareto").at("sets")) {
    const auto losses = set.at("losses").get<std::vector<Losses>>();
    const Losses reference(losses[0].size(), 1.1);
    CHECK(hypervolume(losses, reference) ==
          Approx(set.at("hypervolume").get<double>()).epsilon(1e-12));
  }
}

TEST_CASE("hypervolume is what inclusion and exclusion gives in one to six objectives") {
  for (std::size_t objectives = 1; objectives <= 6; ++objectives)
    for (std::int64_t number = 0; number < 10; ++number) {
      INFO(objectives << " objectives, set " << number);
      const std::vector<Losses> losses = loss_set(9, objectives, number);
      const Losses reference(objectives, 0.875);  // some vectors lie on it or beyond
      CHECK(hypervolume(losses, reference) ==
            Approx(by_inclusion_and_exclusion(losses, reference)).margin(1e-12));
    }
}

TEST_CASE("hypervolume agrees with a count of random points in larger sets") {
  for (std::size_t objectives : {3u, 4u, 5u}) {
    const std::vector<Losses> losses = loss_set(60, objectives, 3);
    // Four standard errors of a share: 4 √(1/4 / 40,000) = 0.01.
    CHECK(hypervolume(losses, Losses(objectives, 1)) ==
          Approx(share_dominated(losses, objectives, 40'000)).margin(0.01));
  }
}

TEST_CASE("hypervolume does not depend on the order of vectors, nor of objectives") {
  for (std::size_t objectives : {2u, 3u, 4u, 5u}) {
    std::vector<Losses> losses = loss_set(25, objectives, 4);
    const Losses reference(objectives, 1);
    const double volume = hypervolume(losses, reference);
    std::reverse(losses.begin(), losses.end());
    CHECK(hypervolume(losses, reference) == Approx(volume).epsilon(1e-12));
    for (Losses& each : losses) std::rotate(each.begin(), each.begin() + 1, each.end());
    CHECK(hypervolume(losses, reference) == Approx(volume).epsilon(1e-12));
  }
}

TEST_CASE("hypervolume does not shrink when vectors come, and dominated ones add nothing") {
  for (std::size_t objectives : {2u, 3u, 4u}) {
    const std::vector<Losses> losses = loss_set(30, objectives, 5);
    const Losses reference(objectives, 1);
    std::vector<Losses> so_far;
    double volume = 0;
    for (const Losses& each : losses) {
      const bool covered = std::any_of(so_far.begin(), so_far.end(), [&](const Losses& other) {
        return other == each || dominates(other, each);
      });
      so_far.push_back(each);
      const double grown = hypervolume(so_far, reference);
      if (covered)
        CHECK(grown == Approx(volume).epsilon(1e-12));
      else
        CHECK(grown > volume + 1e-9);
      volume = grown;
    }
  }
}

TEST_CASE("hypervolume does not change when everything is moved") {
  std::vector<Losses> losses = loss_set(20, 3, 6);
  Losses reference(3, 1);
  const double volume = hypervolume(losses, reference);
  const Losses shift = {-4, 16, 0.5};  // exact in binary
  for (std::size_t j = 0; j < 3; ++j) {
    for (Losses& each : losses) each[j] += shift[j];
    reference[j] += shift[j];
  }
  CHECK(hypervolume(losses, reference) == Approx(volume).epsilon(1e-12));
}

TEST_CASE("a contribution is what is lost without the vector") {
  for (std::size_t objectives : {1u, 2u, 3u, 4u}) {
    const std::vector<Losses> losses = loss_set(14, objectives, 7);
    const Losses reference(objectives, 0.875);
    const std::vector<double> contributions = hypervolume_contributions(losses, reference);
    REQUIRE(contributions.size() == losses.size());
    for (std::size_t i = 0; i < losses.size(); ++i) {
      std::vector<Losses> others = losses;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
      const double lost = hypervolume(losses, reference) - hypervolume(others, reference);
      CHECK(contributions[i] == Approx(lost).margin(1e-12));
    }
  }
}

TEST_CASE("nothing below the reference means no volume") {
  CHECK(hypervolume(std::vector<Losses>{}, Losses{1, 1}) == 0);
  CHECK(hypervolume(std::vector<Losses>{{1, 0}, {0, 2}}, Losses{1, 1}) == 0);
  CHECK(hypervolume_contributions(std::vector<Losses>{{2, 0}}, Losses{1, 1}) ==
        std::vector<double>{0});
}

TEST_CASE("the reference lies a tenth of the range behind the front") {
  const Losses spread = reference_behind(std::vector<Losses>{{0, 30}, {10, 10}});
  CHECK(spread[0] == Approx(11));
  CHECK(spread[1] == Approx(32));
  const Losses flat = reference_behind(std::vector<Losses>{{-50, 0}});
  CHECK(flat[0] == Approx(-45));
  CHECK(flat[1] == Approx(0.1));
  const Losses wide = reference_behind(std::vector<Losses>{{-1e308, 0}, {1e308, -1}});
  CHECK(std::isfinite(wide[0]));
}

TEST_CASE("losses of any size have the volume that smaller ones have, in their units") {
  for (std::size_t objectives = 1; objectives <= 5; ++objectives) {
    const std::vector<Losses> losses = loss_set(9, objectives, 3);
    const Losses reference(objectives, 0.875);
    const double volume = hypervolume(losses, reference);
    const std::vector<double> contributions = hypervolume_contributions(losses, reference);
    // Alternately up and down, so that the product of the units stays an ordinary number.
    std::vector<int> exponents;
    int sum = 0;
    for (std::size_t j = 0; j < objectives; ++j) {
      exponents.push_back(j % 2 ? -1000 : 1000);
      sum += exponents.back();
    }
    const auto in_units = [&](Losses each) {
      for (std::size_t j = 0; j < objectives; ++j) each[j] = std::ldexp(each[j], exponents[j]);
      return each;
    };
    std::vector<Losses> large;
    for (const Losses& each : losses) large.push_back(in_units(each));
    CHECK(hypervolume(large, in_units(reference)) == std::ldexp(volume, sum));
    const std::vector<double> of_large = hypervolume_contributions(large, in_units(reference));
    for (std::size_t i = 0; i < losses.size(); ++i)
      CHECK(of_large[i] == std::ldexp(contributions[i], sum));
  }
}

TEST_CASE("losses at the ends of what a number can hold make no volume that is no number") {
  const std::vector<Losses> front = {{-1.7e308, 1.7e308, 0}, {1.7e308, -1.7e308, 1}, {0, 0, -1}};
  const Losses reference = reference_behind(front);
  for (const double loss : reference) CHECK(std::isfinite(loss));
  CHECK(hypervolume(front, reference) == std::numeric_limits<double>::infinity());
  for (const double contribution : hypervolume_contributions(front, reference))
    CHECK(contribution >= 0);  // false for what is no number
  // 2 · 1.7e308 along one objective, 1e-308 along the other.
  CHECK(hypervolume(std::vector<Losses>{{-1.7e308, 0}}, Losses{1.7e308, 1e-308}) == Approx(3.4));
}
