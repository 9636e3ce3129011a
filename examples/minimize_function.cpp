// Ask and tell without an orchestrator: the smallest of 64 Sobol points of a function of two
// numbers. Usage: example_minimize_function

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "searchers/registry.hpp"

using namespace winnow;

// Branin's function: three minima, 0.397887 deep. Branin (1972), "Widely convergent method for
// finding multiple solutions of simultaneous nonlinear equations".
double branin(double x, double y) {
  const double pi = std::acos(-1.0);
  const double valley = y - 5.1 / (4 * pi * pi) * x * x + 5 / pi * x - 6;
  return valley * valley + 10 * (1 - 1 / (8 * pi)) * std::cos(x) + 10;
}

int main() {
  const SearchSpace space({{"x", Real{-5, 10}}, {"y", Real{0, 15}}});
  const auto searcher =
      search::make_searcher("sobol", {}, {.space = space, .objectives = {{"branin"}}, .seed = 7});

  Outcome best{.losses = {std::numeric_limits<double>::infinity()}};
  for (std::int64_t number = 0; number < 64; ++number) {
    const search::Proposal proposal = searcher->ask({TrialNumber{number}, {}}, 1);
    const Suggestion& suggestion = proposal.suggestions.at(0);
    const double x = as_number(*suggestion.point.find("x"));
    const double y = as_number(*suggestion.point.find("y"));

    const Outcome outcome{suggestion, Ending::completed, {branin(x, y)}};
    searcher->tell(outcome);
    if (outcome.losses[0] >= best.losses[0]) continue;
    best = outcome;
    fmt::print("trial {:2}  branin {:8.4f}  {}\n", number, outcome.losses[0],
               canonical_text(suggestion.point));
  }
}
