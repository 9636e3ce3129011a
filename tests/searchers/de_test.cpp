#include <catch2/catch.hpp>
#include <set>

#include "searchers/numerics/rng.hpp"
#include "searchers/problems/test_functions.hpp"
#include "tests/searchers/method_support.hpp"

using namespace winnow;
using namespace winnow::search;
using std::int64_t;
using std::string;

namespace {

const SearchSpace square({{"x", Real{0, 1}}, {"y", Real{0, 1}}});

double best_of(const string& variant, const problems::TestFunction& function, int evaluations) {
  const auto searcher = made("de", function.space, {{"variant", variant}}, 1, evaluations);
  double best = 1e300;
  for (int64_t number = 0; number < evaluations; ++number) {
    const Suggestion suggestion = searcher->ask({TrialNumber{number}, {}}, 1).suggestions.at(0);
    const double loss = function.loss(suggestion.point);
    best = std::min(best, loss);
    searcher->tell({suggestion, Ending::completed, {loss}, 1});
  }
  return best - function.optimum;
}

}  // namespace

TEST_CASE("every variant of de closes in on the minimum of a smooth function") {
  for (const char* variant : {"l_shade", "steady_state", "rand_1_bin"}) {
    INFO(variant);
    CHECK(best_of(variant, problems::branin(), 1500) < 1e-3);
  }
}

TEST_CASE("variants that replace at once never wait, however many trials are pending") {
  for (const char* variant : {"l_shade", "steady_state"}) {
    INFO(variant);
    const auto searcher =
        made("de", square, {{"variant", string(variant)}, {"population", int64_t{8}}});
    const Proposal proposal = searcher->ask({TrialNumber{0}, {}}, 200);
    CHECK(proposal.suggestions.size() == 200);
  }
}

TEST_CASE("rand_1_bin waits for the end of a generation, then goes on") {
  const auto searcher =
      made("de", square, {{"variant", string("rand_1_bin")}, {"population", int64_t{5}}});
  std::vector<Suggestion> pending = searcher->ask({TrialNumber{0}, {}}, 20).suggestions;
  CHECK(pending.size() == 5);
  const Suggestion last = pending.back();
  pending.pop_back();
  for (const Suggestion& suggestion : pending) searcher->tell(completed(suggestion));
  const Proposal waiting = searcher->ask({TrialNumber{5}, std::vector{last}}, 3);
  CHECK(waiting.suggestions.empty());
  CHECK_FALSE(waiting.finished);
  searcher->tell({last, Ending::failed, {}, 1});
  CHECK(searcher->ask({TrialNumber{5}, {}}, 20).suggestions.size() == 5);
}

TEST_CASE("a child of rand_1_bin takes its parent's place only with the whole generation") {
  const auto searcher =
      made("de", square, {{"variant", string("rand_1_bin")}, {"population", int64_t{4}}});
  std::vector<Suggestion> first = searcher->ask({TrialNumber{0}, {}}, 4).suggestions;
  for (const Suggestion& suggestion : first)
    searcher->tell({suggestion, Ending::completed, {1}, 1});
  const std::vector<Suggestion> second = searcher->ask({TrialNumber{4}, {}}, 4).suggestions;
  searcher->tell({second[0], Ending::completed, {0}, 1});
  // Had the told child replaced its parent already, the pending ones would come out otherwise.
  const std::vector<Suggestion> pending = {second[0]};
  const auto untold =
      made("de", square, {{"variant", string("rand_1_bin")}, {"population", int64_t{4}}});
  for (const Suggestion& suggestion : first) untold->tell({suggestion, Ending::completed, {1}, 1});
  CHECK(searcher->ask({TrialNumber{5}, {}}, 3).suggestions ==
        untold->ask({TrialNumber{5}, pending}, 3).suggestions);
}

TEST_CASE("points of another study take part in the population") {
  const auto alone = made("de", square, {{"population", int64_t{4}}}, 1, std::nullopt);
  const auto guided = made("de", square, {{"population", int64_t{4}}}, 1, std::nullopt);
  for (int64_t k = 0; k < 4; ++k) {
    const double x = 0.2 + 0.01 * static_cast<double>(k);
    guided->tell({foreign(k, Point({{"x", x}, {"y", x}})), Ending::completed, {0}, 1});
  }
  // A filled population of neighbours has children near it, an empty one begins anywhere.
  const Proposal proposal = guided->ask({TrialNumber{4}, {}}, 4);
  for (const Suggestion& suggestion : proposal.suggestions)
    CHECK(std::abs(as_number(*suggestion.point.find("x")) - 0.215) < 0.1);
  CHECK(alone->ask({TrialNumber{4}, {}}, 4).suggestions != proposal.suggestions);
}

TEST_CASE("a population too small to make differences of is refused") {
  CHECK_THROWS_WITH(made("de", square, {{"population", int64_t{3}}}),
                    Catch::Contains("method_options.population") && Catch::Contains("at least 4"));
}
