// What annealing, hill_climb, greedy, mcmc, pso and ant_colony promise beside the contract.
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "tests/searchers/method_support.hpp"

using namespace winnow;
using namespace winnow::search;
using std::int64_t;
using std::string;

namespace {

const SearchSpace square({{"x", Real{0, 1}}, {"y", Real{0, 1}}});

double number_in(const Point& point, const char* name) { return as_number(*point.find(name)); }

double bowl(const Point& point) {
  return std::pow(number_in(point, "x") - 0.7, 2) + std::pow(number_in(point, "y") - 0.2, 2);
}

// Suggestions of a study of the bowl, told one by one.
std::vector<Suggestion> bowl_study(Searcher& searcher, int64_t trials) {
  std::vector<Suggestion> all;
  for (int64_t number = 0; number < trials; ++number) {
    all.push_back(searcher.ask({TrialNumber{number}, {}}, 1).suggestions.at(0));
    searcher.tell({all.back(), Ending::completed, {bowl(all.back().point)}, 1});
  }
  return all;
}

double mean_loss(const std::vector<Suggestion>& all, std::size_t begin, std::size_t end) {
  double sum = 0;
  for (std::size_t k = begin; k < end; ++k) sum += bowl(all[k].point);
  return sum / static_cast<double>(end - begin);
}

}  // namespace

TEST_CASE("annealing without a known length is refused") {
  CHECK_THROWS_WITH(made("annealing", square, {}, 1, std::nullopt),
                    Catch::Contains("method_options.steps") && Catch::Contains("max_trials"));
}

TEST_CASE("annealing cools: late trials stay low, early ones wander") {
  const auto searcher = made("annealing", square, {{"steps", int64_t{300}}});
  const std::vector<Suggestion> all = bowl_study(*searcher, 300);
  CHECK(mean_loss(all, 250, 300) < 0.1 * mean_loss(all, 10, 60));
}

TEST_CASE("a climb that has come to its top gives way to a new one elsewhere") {
  const auto searcher = made("hill_climb", square, {{"least_reach", 0.01}});
  const std::vector<Suggestion> all = bowl_study(*searcher, 400);
  std::set<double> climbs;
  for (const Suggestion& suggestion : all) climbs.insert(suggestion.memo.at(0));
  CHECK(climbs.size() >= 3);
  CHECK(*climbs.rbegin() == static_cast<double>(climbs.size() - 1));
}

TEST_CASE("greedy search changes one parameter of the best point at a time") {
  const SearchSpace space({{"a", Categorical{{string("u"), string("v"), string("w")}}},
                           {"n", Integer{1, 4}},
                           {"x", Real{0, 1}}});
  const auto searcher = made("greedy", space);
  std::optional<std::pair<double, Point>> best;
  for (int64_t number = 0; number < 60; ++number) {
    const Suggestion suggestion = searcher->ask({TrialNumber{number}, {}}, 1).suggestions.at(0);
    if (best) {
      int changed = 0;
      for (const auto& [name, value] : suggestion.point.entries())
        changed += *best->second.find(name) != value;
      CHECK(changed == 1);
    }
    const double loss = loss_of(suggestion.point);
    if (!best || loss < best->first) best = {loss, suggestion.point};
    searcher->tell({suggestion, Ending::completed, {loss}, 1});
  }
}

TEST_CASE("walkers keep to low losses when it is cold and go anywhere when it is hot") {
  const auto cold = made("mcmc", square, {{"temperature", 0.001}});
  const auto hot = made("mcmc", square, {{"temperature", 1000.0}});
  const double cold_loss = mean_loss(bowl_study(*cold, 1500), 1000, 1500);
  const double hot_loss = mean_loss(bowl_study(*hot, 1500), 1000, 1500);
  // The mean of the bowl over the square is 1/12 + 0.04 + 1/12 + 0.09 = 0.297; steps of accepted
  // differences at temperature T have a mean loss of a few T.
  CHECK(cold_loss < 0.02);
  CHECK(std::abs(hot_loss - 0.297) < 0.06);
}

TEST_CASE("a particle's velocity travels in its memo, never longer than the range") {
  const auto searcher = made("pso", square, {{"particles", int64_t{5}}});
  const std::vector<Suggestion> all = bowl_study(*searcher, 200);
  for (std::size_t k = 0; k < all.size(); ++k) {
    REQUIRE(all[k].memo.size() == 3);
    CHECK(all[k].memo[0] == static_cast<double>(k % 5));
    CHECK((std::abs(all[k].memo[1]) <= 1 && std::abs(all[k].memo[2]) <= 1));
  }
  CHECK(mean_loss(all, 150, 200) < 0.1 * mean_loss(all, 0, 50));
}

TEST_CASE("ants follow the archive and still try choices that nobody has") {
  std::vector<Value> letters;
  for (char c = 'a'; c <= 'j'; ++c) letters.push_back(string(1, c));
  const SearchSpace space({{"letter", Categorical{letters}}, {"x", Real{0, 1}}});
  const auto searcher = made("ant_colony", space, {{"archive", int64_t{5}}});
  for (int64_t k = 0; k < 5; ++k)
    searcher->tell(
        {foreign(k, Point({{"letter", string("c")}, {"x", 0.1 * static_cast<double>(k)}})),
         Ending::completed,
         {static_cast<double>(k)},
         1});
  int same = 0;
  std::set<Value> seen;
  for (int64_t number = 5; number < 305; ++number) {
    const Suggestion suggestion = searcher->ask({TrialNumber{number}, {}}, 1).suggestions.at(0);
    same += *suggestion.point.find("letter") == Value(string("c"));
    seen.insert(*suggestion.point.find("letter"));
  }
  CHECK(same > 100);
  CHECK(seen.size() >= 8);
}
