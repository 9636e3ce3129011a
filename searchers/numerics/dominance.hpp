// Pareto dominance between loss vectors: who dominates whom, and in which layer each one lies.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace winnow::search {

/// What one trial measured: a number per objective, finite, all to be minimised.
using Losses = std::vector<double>;

/// Is `a` nowhere worse than `b` and somewhere better? Needs the same length.
bool dominates(std::span<const double> a, std::span<const double> b);

/// For each of n loss vectors of length m its layer: 0 where nothing dominates it, k where layers
/// 0 … k − 1 have to be taken away first. Equal vectors share a layer. Up to three objectives
/// O(n log² n); beyond that O(m n²) at worst, by the binary search over layers of Zhang, Tian,
/// Cheng, Jin (2015), "An efficient approach to nondominated sorting for evolutionary
/// multiobjective optimization" (ENS-BS).
std::vector<std::size_t> dominance_layers(std::span<const Losses> losses);

/// Indices of the vectors that nothing dominates, ascending; equal ones are all there.
std::vector<std::size_t> pareto_front(std::span<const Losses> losses);

}  // namespace winnow::search
