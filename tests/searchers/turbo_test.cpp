#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "searchers/problems/test_functions.hpp"
#include "tests/searchers/method_support.hpp"

using namespace winnow;
using namespace winnow::search;
using std::int64_t;
using std::string;

namespace {

// The same steps, fewer of them.
const std::map<string, Value> quick = {
    {"candidates", int64_t{64}}, {"starts", int64_t{1}}, {"fit_evaluations", int64_t{10}}};

double distance(const Point& a, const Point& b) {
  double farthest = 0;
  for (const auto& [name, value] : a.entries())
    farthest = std::max(farthest, std::abs(as_number(value) - as_number(*b.find(name))));
  return farthest;
}

}  // namespace

TEST_CASE("turbo begins with evenly spread points, then stays near the best one") {
  const problems::TestFunction branin = problems::branin();
  const auto searcher = made("turbo", branin.space, quick);
  std::vector<Outcome> told;
  for (int64_t number = 0; number < 40; ++number) {
    const Suggestion suggestion = searcher->ask({TrialNumber{number}, {}}, 1).suggestions.at(0);
    const std::vector<double> memo = {0, number < 4 ? static_cast<double>(number) : -1};
    CHECK(suggestion.memo == memo);
    told.push_back({suggestion, Ending::completed, {branin.loss(suggestion.point)}, 1});
    searcher->tell(told.back());
  }
  const auto best = std::min_element(told.begin(), told.end(), [](const auto& a, const auto& b) {
    return a.losses[0] < b.losses[0];
  });
  CHECK(best->losses[0] - branin.optimum < 0.01);
  for (std::size_t k = 36; k < told.size(); ++k)
    CHECK(distance(told[k].suggestion.point, best->suggestion.point) < 5);
}

TEST_CASE("turbo gives a region up that has nothing left to find, and begins another one") {
  // Flat but for the first point: nothing is ever better.
  const SearchSpace space({{"x", Real{0, 1}}, {"y", Real{0, 1}}});
  const auto searcher = made("turbo", space, quick);
  std::vector<double> regions;
  for (int64_t number = 0; number < 60; ++number) {
    const Suggestion suggestion = searcher->ask({TrialNumber{number}, {}}, 1).suggestions.at(0);
    regions.push_back(suggestion.memo.at(0));
    searcher->tell({suggestion, Ending::completed, {number == 0 ? 1.0 : 2.0}, 1});
  }
  // Seven halvings of 0.8, each after four failures, come below 2^-7; then four points anew.
  CHECK(std::count(regions.begin(), regions.end(), 0) == 1 + 7 * 4);
  CHECK(regions.back() >= 1);
  CHECK(std::is_sorted(regions.begin(), regions.end()));
}

TEST_CASE("turbo takes in points from elsewhere and passes over outcomes of earlier regions") {
  const problems::TestFunction branin = problems::branin();
  const auto searcher = made("turbo", branin.space, quick),
             alone = made("turbo", branin.space, quick);
  for (int64_t k = 0; k < 6; ++k) {
    const Point point({{"x1", -4.0 + 2 * static_cast<double>(k)}, {"x2", 3.0}});
    searcher->tell({{TrialNumber{k}, point}, Ending::completed, {branin.loss(point)}, 1});
  }
  const Suggestion informed = searcher->ask({TrialNumber{6}, {}}, 1).suggestions.at(0);
  CHECK(informed.memo == std::vector<double>{0, -1});
  const Suggestion first = alone->ask({TrialNumber{6}, {}}, 1).suggestions.at(0);
  CHECK(first.memo == std::vector<double>{0, 0});
  // A memo of a region that is not the present one.
  Outcome old{{TrialNumber{7}, first.point, {}, {}, {3, -1}}, Ending::completed, {-1000.0}, 1};
  searcher->tell(old);
  CHECK(searcher->ask({TrialNumber{6}, {}}, 1).suggestions.at(0).point == informed.point);
}
