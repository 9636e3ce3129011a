// Mixing two genomes into one.
#pragma once

#include <span>
#include <vector>

#include "searchers/numerics/rng.hpp"

namespace winnow::search {

/// Binomial crossover: each coordinate of `donor` stays with probability `rate`, else it becomes
/// the parent's; one, chosen at random, stays in any case. Storn, Price (1997), "Differential
/// evolution", equation (4). Needs d ≥ 1.
void cross_binomial(std::vector<double>& donor, std::span<const double> parent, double rate,
                    Rng& rng);

}  // namespace winnow::search
