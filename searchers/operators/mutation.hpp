// Steps away from a genome: differences between members, scattering. A genome is d numbers in
// [0, 1]; on an unordered axis only equality counts.
#pragma once

#include <span>
#include <vector>

#include "searchers/numerics/rng.hpp"

namespace winnow::search {

/// donor += factor · (to − from), coordinate by coordinate; may leave [0, 1]. On an unordered axis
/// where `to` and `from` differ, the donor takes the choice of `to` with probability `factor`.
/// Storn, Price (1997), "Differential evolution", equation (2), the rule for choices is ours.
void add_difference(std::vector<double>& donor, double factor, std::span<const double> to,
                    std::span<const double> from, const std::vector<bool>& unordered, Rng& rng);

/// Sets each coordinate of `donor` outside of [0, 1] halfway between the bound it crossed and
/// `parent`, which is inside. Zhang, Sanderson (2009), "JADE: adaptive differential evolution with
/// optional external archive", section V.
void return_halfway(std::vector<double>& donor, std::span<const double> parent);

/// Draws each coordinate anew, uniformly, with probability `share`.
void scatter(std::vector<double>& genome, double share, Rng& rng);

/// The share of coordinates to scatter on the attempt-th try (from 0) to find a point that is
/// free: none, then a tenth, in the end all. Children of parents that are alike repeat points often
/// where the space is finite.
double share_to_scatter(int attempt);

}  // namespace winnow::search
