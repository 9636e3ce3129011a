#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "searchers/problem/enumeration.hpp"
#include "searchers/problem/error.hpp"
#include "tests/searchers/method_support.hpp"

using namespace winnow;
using namespace winnow::search;
using std::int64_t;
using std::string;

namespace {

const SearchSpace small({{"kind", Categorical{{string("a"), string("b")}}},
                         {"depth", Integer{1, 3}, {{"kind", {string("b")}}}},
                         {"batch", Integer{8, 16, Scale::linear, 8}}});

std::vector<string> texts(const std::vector<Suggestion>& suggestions) {
  std::vector<string> result;
  for (const Suggestion& suggestion : suggestions)
    result.push_back(canonical_text(suggestion.point));
  return result;
}

}  // namespace

TEST_CASE("a grid visits every point once in order and is finished") {
  const auto grid = made("grid", small);
  CHECK(texts(run(*grid, 100)) ==
        std::vector<string>{"kind=a batch=8", "kind=a batch=16", "kind=b depth=1 batch=8",
                            "kind=b depth=1 batch=16", "kind=b depth=2 batch=8",
                            "kind=b depth=2 batch=16", "kind=b depth=3 batch=8",
                            "kind=b depth=3 batch=16"});
  CHECK(grid->ask({TrialNumber{8}, {}}, 1).finished);
}

TEST_CASE("a grid finishes with the ask that finds nothing left, not before") {
  const auto grid = made("grid", small);
  const Proposal exact = grid->ask({TrialNumber{0}, {}}, 8);
  CHECK(exact.suggestions.size() == 8);
  CHECK_FALSE(exact.finished);
  const Proposal beyond = grid->ask({TrialNumber{0}, {}}, 9);
  CHECK(beyond.suggestions.size() == 8);
  CHECK(beyond.finished);
  CHECK(grid->ask({TrialNumber{8}, exact.suggestions}, 1).finished);
}

TEST_CASE("a shuffled grid visits the same points in another order, by seed") {
  const auto all = [&](const std::map<string, Value>& options, std::uint64_t seed) {
    return texts(run(*made("grid", small, options, seed), 100));
  };
  const std::map<string, Value> shuffled = {{"order", string("shuffled")}};
  const std::vector<string> plain = all({}, 1), first = all(shuffled, 1), second = all(shuffled, 2);
  CHECK(first != plain);
  CHECK(first != second);
  CHECK(all({}, 2) == plain);
  const auto as_set = [](const std::vector<string>& v) {
    return std::set<string>(v.begin(), v.end());
  };
  CHECK(first.size() == plain.size());
  CHECK(as_set(first) == as_set(plain));
}

TEST_CASE("points given by the user take numbers but no grid point, and are not tried twice") {
  const Enumeration points(small);
  const Suggestion told = foreign(0, points.at(0)), pending = foreign(1, points.at(5));
  const auto grid = made("grid", small);
  grid->tell(completed(told));
  const Proposal proposal = grid->ask({TrialNumber{2}, std::vector{pending}}, 100);
  CHECK(proposal.finished);
  std::set<string> seen = {canonical_text(told.point), canonical_text(pending.point)};
  for (const Suggestion& suggestion : proposal.suggestions)
    CHECK(seen.insert(canonical_text(suggestion.point)).second);
  CHECK(seen.size() == 8);
  CHECK(proposal.suggestions.front().number == TrialNumber{2});
  CHECK(proposal.suggestions.back().number == TrialNumber{7});
}

TEST_CASE("a user's point that is no grid point costs nothing") {
  const SearchSpace space({{"x", Real{0, 1}}});
  const auto grid = made("grid", space, {{"points_per_parameter", int64_t{3}}});
  grid->tell(completed(foreign(0, Point({{"x", 0.3}}))));
  CHECK(texts(run(*grid, 10, 1)) == std::vector<string>{"x=0.0", "x=0.5", "x=1.0"});
}

TEST_CASE("another searcher's memo does not move the sweep") {
  const auto grid = made("grid", small);
  for (const std::vector<double>& memo : {std::vector<double>{6}, {-1}, {0.5}, {1e300}, {6, 2}}) {
    Suggestion other = foreign(0, Enumeration(small).at(1));
    other.memo = memo;
    grid->tell(completed(other));
  }
  CHECK(run(*grid, 100, 5).size() == 7);
}

TEST_CASE("a replayed grid goes on where it stood, whatever was in flight") {
  const auto live = made("grid", small);
  const std::vector<Suggestion> asked = live->ask({TrialNumber{0}, {}}, 4).suggestions;
  const auto again = made("grid", small);
  again->tell(completed(asked[3]));  // told out of order; 0 to 2 are still running
  const std::vector<Suggestion> pending(asked.begin(), asked.begin() + 3);
  const Proposal next = again->ask({TrialNumber{4}, pending}, 1);
  CHECK(texts(next.suggestions) == std::vector<string>{"kind=b depth=2 batch=8"});
}

TEST_CASE("numbers without a step need a resolution, evenly spaced on their scale") {
  const SearchSpace space({{"lr", Real{1e-4, 1e-2, Scale::log}}, {"x", Real{0, 1}, {}, 0.3}});
  try {
    made("grid", space);
    FAIL("a continuum was accepted");
  } catch (const ConfigError& error) {
    REQUIRE(error.faults().size() == 2);
    CHECK(error.faults()[0].place == "parameters.lr");
    CHECK_THAT(error.faults()[0].message, Catch::Contains("points_per_parameter"));
  }
  const auto grid = made("grid", space, {{"points_per_parameter", int64_t{3}}});
  const std::vector<Suggestion> all = run(*grid, 100);
  REQUIRE(all.size() == 9);
  CHECK(as_number(*all[0].point.find("lr")) == 1e-4);
  CHECK(as_number(*all[3].point.find("lr")) == Approx(1e-3));
  CHECK(as_number(*all[8].point.find("lr")) == 1e-2);
}

TEST_CASE("a grid that is too large is refused before anything is made") {
  std::vector<Parameter> parameters;
  for (int i = 0; i < 100; ++i) parameters.push_back({"p" + std::to_string(i), Integer{1, 10}});
  CHECK_THROWS_WITH(made("grid", SearchSpace(parameters)), Catch::Contains("2^63 or more"));
  const SearchSpace large({{"a", Integer{1, 10000}}, {"b", Integer{1, 1001}}});
  CHECK_THROWS_WITH(made("grid", large), Catch::Contains("10010000 points"));
  CHECK_NOTHROW(made("grid", large, {{"max_points", int64_t{20'000'000}}}));
}

TEST_CASE("a grid knows how many points it has in all, other methods do not") {
  const SearchSpace space({{"x", Real{0, 1}}, {"n", Integer{1, 3}}});
  CHECK(made("grid", space, {{"points_per_parameter", int64_t{4}}})->total() == 12);
  CHECK_FALSE(made("random", space)->total());
}

TEST_CASE("one at a time every parameter goes through its range, the others where they start") {
  const SearchSpace space({{"kind", Categorical{{string("a"), string("b")}}, {}, string("b")},
                           {"depth", Integer{1, 3}, {{"kind", {string("b")}}}, int64_t{2}},
                           {"rate", Real{1e-4, 1e-2, Scale::log}, {}, 5e-4}});
  const auto sweep = made("one_at_a_time", space, {{"values", int64_t{3}}});
  const std::vector<Suggestion> all = run(*sweep, 100);
  REQUIRE(all.size() == 7);
  CHECK(sweep->total() == 7);
  CHECK(canonical_text(all[0].point) == "kind=b depth=2 rate=0.0005");
  CHECK(canonical_text(all[1].point) == "kind=a rate=0.0005");
  CHECK(canonical_text(all[2].point) == "kind=b depth=1 rate=0.0005");
  CHECK(canonical_text(all[3].point) == "kind=b depth=3 rate=0.0005");
  for (std::size_t i = 4; i < 7; ++i) {
    CHECK(std::get<int64_t>(*all[i].point.find("depth")) == 2);
    CHECK(std::get<double>(*all[i].point.find("rate")) ==
          Approx(std::pow(10, static_cast<double>(i) - 8)));
  }
}
