// Local optimisers of NLopt turned inside out: instead of calling a function they say where they
// want it evaluated next, given what they have seen so far. They are deterministic, so that a
// descent is a function of its start and of the losses seen: it is run again from its start for
// each query.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace winnow::search {

/// BOBYQA: Powell (2009), "The BOBYQA algorithm for bound constrained optimization without
/// derivatives". O(queries · d²).
struct QuadraticDescent {
  std::vector<double> at;  // d ≥ 2 numbers in [0, 1]
  double first_step;       // radius of the first model: a tenth of the distance to go
  double least_step;       // ends where steps have become shorter than this
};

/// L-BFGS: Nocedal (1980), "Updating quasi-Newton matrices with limited storage"; at each point the
/// loss, then one loss a step along each axis, backwards where forwards leaves the cube. O(queries
/// · d).
struct GradientDescent {
  std::vector<double> at;  // d ≥ 1 numbers in [0, 1]
  double difference;       // that step; below 1/2
  double least_step;       // ends where steps have become shorter than this
};

/// Where query number losses.size() is, in [0, 1]^d; nothing when the descent has ended: also where
/// losses are too large for its arithmetic. `losses`: of all earlier queries, in order, finite.
std::optional<std::vector<double>> next_query(const QuadraticDescent& descent,
                                              std::span<const double> losses);
std::optional<std::vector<double>> next_query(const GradientDescent& descent,
                                              std::span<const double> losses);

}  // namespace winnow::search
