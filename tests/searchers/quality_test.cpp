// Methods that learn against random search, on problems with known optima. Seeds are fixed: a
// failure is a change, not bad luck. mcmc is not among them: it maps good regions and does not look
// for the best point.
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "searchers/problems/test_functions.hpp"
#include "tests/searchers/method_support.hpp"

using namespace winnow;
using namespace winnow::search;
using std::string;

namespace {

constexpr int seeds = 24;

double regret_of(const string& method, const std::map<string, Value>& options,
                 const problems::TestFunction& function, std::uint64_t seed, int evaluations) {
  const auto searcher = made(method, function.space, options, seed, evaluations);
  double best = std::numeric_limits<double>::infinity();
  for (std::int64_t number = 0; number < evaluations; ++number) {
    const Proposal proposal = searcher->ask({TrialNumber{number}, {}}, 1);
    if (proposal.suggestions.empty()) break;
    const double loss = function.loss(proposal.suggestions[0].point);
    best = std::min(best, loss);
    searcher->tell({proposal.suggestions[0], Ending::completed, {loss}, 1});
  }
  return best - function.optimum;
}

std::vector<double> regrets_of(const string& method, const std::map<string, Value>& options,
                               const problems::TestFunction& function, int evaluations) {
  std::vector<double> regrets;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed)
    regrets.push_back(regret_of(method, options, function, seed, evaluations));
  return regrets;
}

/// z of the one-sided rank sum test that `a` is smaller than `b`. Mann, Whitney (1947).
double rank_sum_z(const std::vector<double>& a, const std::vector<double>& b) {
  double wins = 0;
  for (double x : a)
    for (double y : b) wins += x < y ? 1 : (x == y ? 0.5 : 0);
  const double n = static_cast<double>(a.size()), m = static_cast<double>(b.size());
  return (wins - n * m / 2) / std::sqrt(n * m * (n + m + 1) / 12);
}

struct Claim {
  string method;
  string function;
  int evaluations = 100;
  std::map<string, Value> options = {};
};

// The same steps, fewer of them.
const std::map<string, Value> quick_gp = {{"candidates", std::int64_t{64}},
                                          {"starts", std::int64_t{2}},
                                          {"fit_evaluations", std::int64_t{10}}};

const std::map<string, Value> quick_forest = {{"candidates", std::int64_t{200}},
                                              {"local_searches", std::int64_t{2}}};

}  // namespace

TEST_CASE("methods that learn are better than random search at the level of one in a thousand") {
  const std::vector<Claim> claims = {
      {"annealing", "conditional9", 300},
      {"ant_colony", "hartmann6"},
      {"ant_colony", "conditional9"},
      {"auto", "rosenbrock5", 1000},
      {"auto", "conditional9", 1000},
      {"bobyqa", "hartmann6"},
      {"catcma", "conditional9", 300},
      {"catcma", "rosenbrock5", 300},
      {"chain", "rosenbrock5"},
      {"cmaes", "ackley5"},
      {"cmaes", "rosenbrock5"},
      {"cmaes", "conditional9", 300},
      {"de", "hartmann6"},
      {"de", "ackley5"},
      {"de", "rosenbrock5"},
      {"de", "conditional9"},
      {"de", "ackley5", 300, {{"variant", string("steady_state")}}},
      {"de", "conditional9", 300, {{"variant", string("steady_state")}}},
      {"de", "ackley5", 300, {{"variant", string("rand_1_bin")}}},
      {"genetic", "conditional9"},
      {"gp", "hartmann6", 50, quick_gp},
      {"gp", "conditional9", 50, quick_gp},
      {"greedy", "styblinski_tang6"},
      {"greedy", "conditional9"},
      {"hill_climb", "rosenbrock5"},
      {"hill_climb", "hartmann6"},
      {"pso", "ackley5"},
      {"pso", "rosenbrock5"},
      {"quasi_newton", "rosenbrock5"},
      {"random_forest", "styblinski_tang6", 60, quick_forest},
      {"random_forest", "conditional9", 60, quick_forest},
      {"regression", "rosenbrock5"},
      {"regression", "ackley5"},
      {"tpe", "hartmann6"},
      {"tpe", "rosenbrock5"},
      {"tpe", "conditional9"},
  };
  std::map<std::pair<string, int>, std::vector<double>> random;
  for (const Claim& claim : claims) {
    INFO(claim.method << " on " << claim.function);
    const problems::TestFunction function = problems::test_function(claim.function);
    std::vector<double>& yardstick = random[{claim.function, claim.evaluations}];
    if (yardstick.empty()) yardstick = regrets_of("random", {}, function, claim.evaluations);
    const std::vector<double> regrets =
        regrets_of(claim.method, claim.options, function, claim.evaluations);
    CHECK(rank_sum_z(regrets, yardstick) > 3.09);  // the normal quantile of 0.999
  }
}
