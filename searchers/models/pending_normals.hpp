// Standard normal numbers for what pending trials may turn out to be: evenly spread, the same for
// every ask.
#pragma once

#include <Eigen/Core>

namespace winnow::search {

/// p × S, for LogExpectedImprovement: S = 32 draws, 1 without pending trials. Beyond the dimensions
/// of Sobol points 0: what is expected of them.
Eigen::MatrixXd pending_normals(Eigen::Index pending);

}  // namespace winnow::search
