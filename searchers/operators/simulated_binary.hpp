// Variation that keeps children near their parents: simulated binary crossover and polynomial
// mutation. A genome is d numbers in [0, 1]; on an unordered axis only equality counts.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "searchers/numerics/rng.hpp"

namespace winnow::search {

/// The children of the numbers a < b of [0, 1], in ascending order, both in [0, 1], from a uniform
/// `u`: the larger `eta`, the nearer to their parents. Deb, Agrawal (1995), "Simulated binary
/// crossover for continuous search space"; with bounds as in Deb, Agrawal (1999), "A niched-penalty
/// approach for constraint handling in genetic algorithms", section 3.
std::pair<double, double> simulated_binary_children(double a, double b, double eta, double u);

/// x of [0, 1] moved within [0, 1] by a uniform `u`: down below 1/2, up above. Deb, Agrawal (1999),
/// section 3.
double polynomial_mutant(double x, double eta, double u);

/// What variation must know of the axes of a genome.
struct Axes {
  std::vector<bool> unordered;
  std::vector<double> cell_widths;  // 0 on a continuum
};

/// One child of two genomes. Each ordered coordinate is crossed with probability 1/2, else it is a
/// parent's; each unordered one is either parent's.
std::vector<double> cross_simulated_binary(std::span<const double> mother,
                                           std::span<const double> father, const Axes& axes,
                                           double eta, Rng& rng);

/// Mutates each coordinate with probability `rate`. One that has a finite number of values moves by
/// a cell at least, or nothing would happen; an unordered one is drawn anew.
void mutate_polynomial(std::vector<double>& genome, const Axes& axes, double eta, double rate,
                       Rng& rng);

}  // namespace winnow::search
