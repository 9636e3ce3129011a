// How long does an analysis of variance of 1,000 trials × 20 parameters take: the forest, the
// shares of all parameters and pairs, and the forest's predictions of what its trees did not see?
//
//   functional_anova_time [TRIALS [PARAMETERS [SEED]]]

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <ctime>

#include "searchers/models/functional_anova.hpp"

namespace {

using namespace winnow;

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

int main(int argc, char** argv) {
  const int trials = argc > 1 ? std::atoi(argv[1]) : 1000;
  const int parameters = argc > 2 ? std::atoi(argv[2]) : 20;
  const std::uint64_t seed = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1;
  if (trials < 1 || parameters < 2) {
    fmt::print(stderr, "functional_anova_time [TRIALS [PARAMETERS [SEED]]]\n");
    return 64;
  }
  search::Rng rng(seed, 0, "trials");
  const Eigen::MatrixXd X =
      Eigen::MatrixXd::NullaryExpr(trials, parameters, [&] { return rng.uniform(); });
  Eigen::VectorXd y(trials);
  for (Eigen::Index i = 0; i < trials; ++i)
    y[i] = std::sin(6 * X(i, 0)) + X(i, 1) * X(i, 1) + 0.3 * rng.normal();
  const auto d = static_cast<std::size_t>(parameters);
  const std::vector<std::size_t> codes(d, 0);
  const std::vector<search::AxisValues> axes(d);
  const double begin = cpu_seconds();
  const search::RandomForest forest(
      {codes, X, y},
      {.trees = 64,
       .growth = {.least_leaf = 3,
                  .axes_tried = std::max<std::size_t>(3, d / 3),
                  .threshold = search::TreeGrowth::Threshold::anywhere}},
      seed);
  const double grown = cpu_seconds();
  const search::FunctionalAnova found = search::functional_anova(forest, codes, axes);
  const double divided = cpu_seconds();
  const auto held_out = forest.out_of_bag(X);
  fmt::print(
      "{} trials × {} parameters, seed {}, {} trees: forest {:.2f} s, shares of {} parameters and "
      "{} pairs {:.2f} s, held-out predictions of {} trials {:.2f} s; in all {:.2f} s of CPU time; "
      "first share {:.2f} ± {:.2f}\n",
      trials, parameters, seed, found.trees, grown - begin, found.single.size(), found.pairs.size(),
      divided - grown, held_out.size(), cpu_seconds() - divided, cpu_seconds() - begin,
      found.single[0].mean, found.single[0].deviation);
  return 0;
}
