#include <catch2/catch.hpp>
#include <set>

#include "searchers/operators/crossover.hpp"
#include "searchers/operators/mutation.hpp"
#include "searchers/operators/sampling.hpp"

using namespace winnow::search;
using Genome = std::vector<double>;

TEST_CASE("distinct indices are distinct, in range, and never an excluded one") {
  const std::size_t excluded[] = {3, 0, 3};
  for (int number = 0; number < 200; ++number) {
    Rng rng(1, number, "distinct");
    const std::vector<std::size_t> drawn = distinct_indices(6, 4, excluded, rng);
    CHECK(std::set<std::size_t>(drawn.begin(), drawn.end()) == std::set<std::size_t>{1, 2, 4, 5});
  }
}

TEST_CASE("every index is as likely at every place") {
  int first_is[5] = {}, last_is[5] = {};
  const std::size_t excluded[] = {2};
  for (int number = 0; number < 4000; ++number) {
    Rng rng(2, number, "distinct");
    const std::vector<std::size_t> drawn = distinct_indices(5, 3, excluded, rng);
    ++first_is[drawn.front()];
    ++last_is[drawn.back()];
  }
  for (int index : {0, 1, 3, 4}) {  // 1000 expected, standard deviation 27
    CHECK(std::abs(first_is[index] - 1000) < 110);
    CHECK(std::abs(last_is[index] - 1000) < 110);
  }
}

TEST_CASE("a difference is scaled on ordered axes and exact") {
  Rng rng(1, 0, "difference");
  Genome donor = {0.5, 0.25};
  add_difference(donor, 0.5, Genome{1, 0}, Genome{0.5, 1}, {false, false}, rng);
  CHECK(donor == Genome{0.75, -0.25});
  add_difference(donor, 0.5, Genome{0.5, 1}, Genome{1, 0}, {false, false}, rng);
  CHECK(donor == Genome{0.5, 0.25});
}

TEST_CASE("on an unordered axis a donor moves to a member's choice, and only where two differ") {
  int moved = 0;
  for (int number = 0; number < 4000; ++number) {
    Rng rng(3, number, "difference");
    Genome donor = {0.125, 0.125};
    add_difference(donor, 0.3, Genome{0.875, 0.625}, Genome{0.375, 0.625}, {true, true}, rng);
    CHECK((donor[0] == 0.125 || donor[0] == 0.875));
    CHECK(donor[1] == 0.125);
    moved += donor[0] == 0.875;
  }
  CHECK(std::abs(moved - 1200) < 120);  // 0.3 · 4000, standard deviation 29
}

TEST_CASE("what left the cube comes back halfway between the parent and the bound") {
  Genome donor = {-0.1, 1.7, 0.3};
  return_halfway(donor, Genome{0.5, 0.5, 0.9});
  CHECK(donor == Genome{0.25, 0.75, 0.3});
}

TEST_CASE("binomial crossover keeps the donor's part at its rate, and one coordinate always") {
  const Genome parent(10, 0.0);
  int kept_in_all = 0;
  for (int number = 0; number < 2000; ++number) {
    Rng rng(4, number, "cross");
    Genome donor(10, 1.0);
    cross_binomial(donor, parent, 0.2, rng);
    int kept = 0;
    for (double coordinate : donor) kept += coordinate == 1;
    CHECK(kept >= 1);
    kept_in_all += kept;
  }
  // One for sure and 0.2 of the nine others: 2.8 a time; standard deviation of the sum 54.
  CHECK(std::abs(kept_in_all - 5600) < 220);
  Rng rng(4, 0, "cross");
  Genome all(10, 1.0), one(10, 1.0);
  cross_binomial(all, parent, 1, rng);
  CHECK(all == Genome(10, 1.0));
  cross_binomial(one, parent, 0, rng);
  CHECK(std::count(one.begin(), one.end(), 1.0) == 1);
}

TEST_CASE("scattering spares a genome at share 0 and draws all of it anew at share 1") {
  Rng rng(5, 0, "scatter");
  Genome genome(20, 0.5);
  scatter(genome, 0, rng);
  CHECK(genome == Genome(20, 0.5));
  scatter(genome, 1, rng);
  CHECK(std::count(genome.begin(), genome.end(), 0.5) == 0);
  CHECK(share_to_scatter(0) == 0);
  CHECK(share_to_scatter(1) == Approx(0.1));
  CHECK(share_to_scatter(200) == Approx(1));
}

TEST_CASE("openings of up to 128 dimensions are Sobol points, beyond that random ones") {
  const Opening small(2, 7), large(200, 7);
  std::set<int> rows;
  for (std::uint32_t k = 0; k < 16; ++k) rows.insert(static_cast<int>(16 * small.at(k)[1]));
  CHECK(rows.size() == 16);
  CHECK(large.at(3).size() == 200);
  CHECK(large.at(3) == Opening(200, 7).at(3));
  CHECK(large.at(3) != large.at(4));
}
