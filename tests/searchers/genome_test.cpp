#include "searchers/encoding/genome.hpp"

#include <catch2/catch.hpp>

using namespace winnow;
using namespace winnow::search;
using std::int64_t;
using std::string;

namespace {

const SearchSpace space({{"kind",
                          Categorical{{string("a"), string("b"), string("c"), string("d")}}},
                         {"size", Categorical{{int64_t{1}, int64_t{2}}, true}},
                         {"only", Constant{true}},
                         {"rate", Real{0, 1}, {{"kind", {string("b")}}}},
                         {"count", Integer{1, 4}}});

}  // namespace

TEST_CASE("only choices without order are unordered axes") {
  CHECK(unordered_axes(UnitCube(space)) == std::vector<bool>{true, false, false, false});
}

TEST_CASE("a genome holds the middles of cells, and a drawn number where nothing is active") {
  const UnitCube cube(space);
  Suggestion suggestion{
      TrialNumber{5},
      Point({{"kind", string("c")}, {"size", int64_t{2}}, {"only", true}, {"count", int64_t{1}}})};
  const std::vector<double> genome = genome_of(cube, suggestion, 9);
  CHECK(genome[0] == 0.625);
  CHECK(genome[1] == 0.75);
  CHECK(genome[3] == 0.125);
  CHECK(genome == genome_of(cube, suggestion, 9));
  suggestion.number = TrialNumber{6};
  const std::vector<double> another = genome_of(cube, suggestion, 9);
  CHECK(another[2] != genome[2]);
  CHECK((another[2] >= 0 && another[2] < 1));
  CHECK(cube.decode(genome) == suggestion.point);
}

TEST_CASE("where all is active a genome is the encoded point") {
  const UnitCube cube(space);
  const Point point({{"kind", string("b")},
                     {"size", int64_t{1}},
                     {"only", true},
                     {"rate", 0.3},
                     {"count", int64_t{3}}});
  CHECK(genome_of(cube, {TrialNumber{1}, point}, 9) == cube.encode(point));
}
