#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "tests/searchers/method_support.hpp"

using namespace winnow;
using namespace winnow::search;
using std::int64_t;
using std::string;

namespace {

const SearchSpace line({{"x", Real{0, 1}}});

Outcome at(int64_t number, double x, double loss, Ending ending = Ending::completed) {
  return {foreign(number, Point({{"x", x}})), ending, {loss}, 1};
}

// The mean of many suggestions for one history, each of another number.
double mean_suggestion(const Searcher& searcher, const std::vector<Suggestion>& pending = {}) {
  double sum = 0;
  for (int64_t number = 100; number < 160; ++number)
    sum += as_number(
               *searcher.ask({TrialNumber{number}, pending}, 1).suggestions.at(0).point.find("x")) /
           60;
  return sum;
}

// The k-th of n evenly spread numbers, in an order that has nothing to do with their size: newer
// trials count more.
double mixed(int64_t k, int64_t n) {
  return (static_cast<double>(k * 17 % n) + 0.5) / static_cast<double>(n);
}

}  // namespace

TEST_CASE("tpe begins with evenly spread points and turns to where trials were good") {
  const auto searcher = made("tpe", line);
  std::set<int> eighths;
  for (const Suggestion& suggestion : searcher->ask({TrialNumber{0}, {}}, 8).suggestions)
    eighths.insert(static_cast<int>(8 * as_number(*suggestion.point.find("x"))));
  CHECK(eighths.size() == 8);
  for (int64_t k = 0; k < 20; ++k) {
    const double x = (static_cast<double>(k) + 0.5) / 20;
    searcher->tell(at(k, x, std::abs(x - 0.8)));
  }
  CHECK(std::abs(mean_suggestion(*searcher) - 0.8) < 0.1);
}

TEST_CASE("failed trials keep tpe away, stopped ones count as worse than completed ones") {
  for (const Ending ending : {Ending::failed, Ending::stopped}) {
    INFO(to_text(ending));
    const auto searcher = made("tpe", line);
    for (int64_t k = 0; k < 100; ++k) {
      const double x = mixed(k, 100);
      // Below one half losses look best, but nothing there was completed.
      searcher->tell(x < 0.5 ? at(k, x, -1, ending) : at(k, x, std::abs(x - 0.8)));
    }
    CHECK(std::abs(mean_suggestion(*searcher) - 0.8) < 0.1);
  }
}

TEST_CASE("running trials push the next one away") {
  const auto searcher = made("tpe", line, {{"candidates", int64_t{100}}});
  // Two good places, equally good.
  for (int64_t k = 0; k < 100; ++k)
    searcher->tell(at(k, mixed(k, 100),
                      std::min(std::abs(mixed(k, 100) - 0.2), std::abs(mixed(k, 100) - 0.8))));
  std::vector<Suggestion> pending;
  for (int64_t k = 0; k < 12; ++k)
    pending.push_back(foreign(100 + k, Point({{"x", 0.781 + 0.004 * static_cast<double>(k)}})));
  CHECK(mean_suggestion(*searcher, pending) < mean_suggestion(*searcher) - 0.1);
}

TEST_CASE("tpe learns a parameter that is only active under the better choice") {
  const SearchSpace space({{"kind", Categorical{{string("a"), string("b"), string("c")}}},
                           {"rate", Real{0, 1}, {{"kind", {string("b")}}}}});
  const auto searcher = made("tpe", space);
  int good = 0;
  for (int64_t number = 0; number < 120; ++number) {
    const Suggestion suggestion = searcher->ask({TrialNumber{number}, {}}, 1).suggestions.at(0);
    const Value* rate = suggestion.point.find("rate");
    const double loss = rate ? std::abs(as_number(*rate) - 0.3) : 1;
    searcher->tell({suggestion, Ending::completed, {loss}, 1});
    good += number >= 60 && loss < 0.1;
    if (searcher->ask({TrialNumber{number + 1}, {}}, 1).finished) break;
  }
  CHECK(good > 40);
}
