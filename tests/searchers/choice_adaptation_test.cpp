#include "searchers/models/choice_adaptation.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "tests/searchers/method_support.hpp"

using namespace winnow;
using namespace winnow::search;
using std::int64_t;
using std::string;

namespace {

using Codes = std::vector<std::size_t>;

// Eight choices of three values, each generation's better half by `loss`.
template <class Loss>
ChoiceAdaptation learnt(int generations, std::uint64_t seed, const Loss& loss) {
  ChoiceAdaptation choices(std::vector(8, std::vector<double>{1, 1, 1}),
                           1 - std::pow(0.73, 1.0 / 8));
  const std::vector<double> weights = {0.4, 0.3, 0.2, 0.1};
  for (int generation = 0; generation < generations; ++generation) {
    Rng rng(seed, generation, "generation");
    std::vector<std::pair<double, Codes>> samples;
    for (int i = 0; i < 8; ++i) {
      const Codes codes = choices.draw(rng);
      samples.emplace_back(loss(codes, rng), codes);
    }
    std::sort(samples.begin(), samples.end());
    std::vector<Codes> better;
    for (std::size_t i = 0; i < weights.size(); ++i) better.push_back(samples[i].second);
    choices.update(better, weights);
  }
  return choices;
}

double not_two(const Codes& codes, Rng&) {
  return static_cast<double>(
      std::count_if(codes.begin(), codes.end(), [](auto c) { return c != 2; }));
}

}  // namespace

TEST_CASE("probabilities gather at the better values, and none falls below its margin") {
  const ChoiceAdaptation choices = learnt(100, 1, not_two);
  const double least = (1 - std::pow(0.73, 1.0 / 8)) / 2;
  for (const std::vector<double>& q : choices.probabilities()) {
    CHECK(std::accumulate(q.begin(), q.end(), 0.0) == Approx(1));
    CHECK(*std::min_element(q.begin(), q.end()) >= least * (1 - 1e-12));
    CHECK(q[2] > 0.9);
  }
}

TEST_CASE("steps become short where samples say nothing, and stay long where they agree") {
  const auto noise = [](const Codes&, Rng& rng) { return rng.uniform(); };
  const ChoiceAdaptation lost = learnt(100, 2, noise), led = learnt(6, 2, not_two);
  CHECK(led.step() > 0.7);
  CHECK(lost.step() < 0.5 * led.step());
}

TEST_CASE("an update moves by exactly the step, as the Fisher metric measures") {
  ChoiceAdaptation choices({{0.2, 0.3, 0.5}, {0.6, 0.4}}, 1e-6);
  const std::vector<std::vector<double>> before = choices.probabilities();
  const double step = choices.step();
  // A mixture of samples near the distributions themselves: no probability meets its margin.
  const std::vector<Codes> codes = {{0, 0}, {1, 0}, {2, 1}, {2, 0}};
  const std::vector<double> weights = {0.3, 0.3, 0.35, 0.05};
  choices.update(codes, weights);
  double squares = 0;  // Σ Δ²/q, the Fisher metric of a categorical distribution
  for (std::size_t k = 0; k < 2; ++k)
    for (std::size_t c = 0; c < before[k].size(); ++c)
      squares += std::pow(choices.probabilities()[k][c] - before[k][c], 2) / before[k][c];
  CHECK(std::sqrt(squares) <= step * (1 + 1e-9));
}

TEST_CASE("catcma learns choices and numbers that belong together") {
  const SearchSpace space({{"kind", Categorical{{string("a"), string("b"), string("c")}}},
                           {"other", Categorical{{string("a"), string("b"), string("c")}}},
                           {"n", Integer{0, 20}},
                           {"x", Real{0, 1}},
                           {"y", Real{0, 1}}});
  const auto loss = [](const Point& point) {
    const string& kind = std::get<string>(*point.find("kind"));
    const double at = kind == "a" ? 0.2 : kind == "b" ? 0.5 : 0.7;
    const double x = as_number(*point.find("x")) - at, y = as_number(*point.find("y")) - 0.4;
    const double n = (as_number(*point.find("n")) - 13) / 20;
    return (kind == "c" ? 0 : 0.3) + (std::get<string>(*point.find("other")) == "b" ? 0 : 0.3) +
           x * x + 10 * (y - x) * (y - x) + n * n;
  };
  std::vector<double> found;  // a run may settle on another kind
  for (std::uint64_t seed = 1; seed <= 7; ++seed) {
    const auto searcher = made("catcma", space, {}, seed);
    found.push_back(1e300);
    for (int64_t trial = 0; trial < 600; ++trial) {
      const Suggestion next = searcher->ask({TrialNumber{trial}, {}}, 1).suggestions.at(0);
      found.back() = std::min(found.back(), loss(next.point));
      searcher->tell({next, Ending::completed, {loss(next.point)}, 1});
    }
  }
  std::sort(found.begin(), found.end());
  CHECK(found[3] < 1e-4);
}

TEST_CASE("a population of catcma that cannot be halved is refused") {
  const SearchSpace space({{"x", Real{0, 1}}});
  CHECK_THROWS_WITH(made("catcma", space, {{"population", int64_t{3}}}),
                    Catch::Contains("method_options.population: "));
}
