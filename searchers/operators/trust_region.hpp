// How far around the best point a long search looks: farther after successes, closer after
// failures.
#pragma once

#include <cstddef>
#include <limits>

namespace winnow::search {

/// The side of a box in the unit cube. Eriksson et al. (2019), "Scalable global optimization via
/// local Bayesian optimization", section 3 and its supplement's constants. A region that
/// has become too small starts again at its first side around the same best point, for methods that
/// also look elsewhere; others begin somewhere else then.
class TrustRegion {
 public:
  explicit TrustRegion(std::size_t dimension);

  /// One measured loss, in the order of telling.
  void tell(double loss);
  double side() const { return side_; }
  /// How often it has become too small.
  int collapses() const { return collapses_; }

 private:
  int most_failures_;
  double side_;
  double best_ = std::numeric_limits<double>::infinity();
  int successes_ = 0, failures_ = 0;  // in a row
  int collapses_ = 0;
};

}  // namespace winnow::search
