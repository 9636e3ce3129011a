// Where along one axis of the unit cube the points of a set lie: a density that can be drawn from,
// one kernel for each point and a broad one for what nobody has seen. Axes are looked at one by
// one.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "searchers/numerics/rng.hpp"

namespace winnow::search {

/// What an axis stands for.
struct MixtureAxis {
  double cell_width = 0;             // 1/k for k values, 0 on a continuum
  std::vector<double> choices = {};  // of an unordered axis: the middle of each value's cell
  bool is_unordered() const { return !choices.empty(); }
};

/// A weighted sum of kernels on [0, 1], as Bergstra, Bardenet, Bengio, Kégl (2011), "Algorithms for
/// hyper-parameter optimization", section 4.2: on ordered axes normal densities cut off at 0 and 1,
/// as wide as the larger gap to their neighbours; on unordered ones the point's own value, mixed
/// with all others. The kernel of the prior covers the whole axis and weighs as much as `prior`
/// points of weight 1.
class AxisMixture {
 public:
  /// `points`: coordinates in [0, 1], middles of cells where the axis has cells; `weights`: one for
  /// each, positive.
  AxisMixture(std::span<const double> points, std::span<const double> weights, MixtureAxis axis,
              double prior = 1);

  /// A coordinate in [0, 1]; on an unordered axis the middle of a value's cell.
  double sample(Rng& rng) const;
  /// Logarithm of the density (of the probability, on an unordered axis). O(points).
  double log_density(double coordinate) const;

 private:
  struct Kernel {
    double weight, centre, width;
    double scale;  // weight over width, normalising constant and the part that is inside
  };
  void add_normals(std::span<const double> points, std::span<const double> weights, double prior);

  MixtureAxis axis_;
  std::vector<Kernel> kernels_;       // the prior last
  std::vector<double> weight_below_;  // of kernels 0 … k, for sampling
};

}  // namespace winnow::search
