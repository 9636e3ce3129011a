// A local optimiser of NLopt turned inside out: instead of calling a function it says where it
// wants it evaluated next, given what it has seen so far. It is deterministic, so that a descent is
// a function of its start and of the losses seen: it is run again from its start for each query.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace winnow::search {

struct DescentStart {
  std::vector<double> at;  // d ≥ 2 numbers in [0, 1]
  double first_step;       // radius of the first model: a tenth of the distance to go
  double least_step;       // ends where steps have become shorter than this
};

/// Where query number losses.size() of BOBYQA is, in [0, 1]^d; nothing when the descent has ended.
/// `losses`: of all earlier queries, in order, finite. Cost: O(queries · d²). Powell (2009), "The
/// BOBYQA algorithm for bound constrained optimization without derivatives".
std::optional<std::vector<double>> next_query(const DescentStart& start,
                                              std::span<const double> losses);

}  // namespace winnow::search
