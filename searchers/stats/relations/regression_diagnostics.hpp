// What least_squares says about each row and about its assumptions; see RegressionDiagnostics.
#pragma once

#include "searchers/stats/relations/regression.hpp"

namespace winnow::stats {

struct Fit {
  const Eigen::MatrixXd& design;       // n × p, intercept first
  const Eigen::MatrixXd& orthonormal;  // n × p, spans the same columns
  Eigen::VectorXd residuals, fitted;   // n
};

RegressionDiagnostics diagnostics_of(const Fit& fit);

}  // namespace winnow::stats
