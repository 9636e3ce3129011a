#include "searchers/stats/relations/regression_diagnostics.hpp"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>

#include "searchers/stats/assumptions/shapiro_wilk.hpp"

namespace winnow::stats {
namespace {

std::vector<double> listed(const Eigen::VectorXd& values) {
  return {values.data(), values.data() + values.size()};
}

// Does the size of the residuals depend on the settings? n R² of the squared residuals on them:
// Koenker (1981), "A note on studentizing a test for heteroscedasticity".
std::optional<TestResult> equal_variance_test(const Fit& fit) {
  const Eigen::Index n = fit.design.rows(), p = fit.design.cols();
  if (p < 2) return std::nullopt;
  const Eigen::VectorXd squares = fit.residuals.array().square();
  const Eigen::VectorXd centred = squares.array() - squares.mean();
  const double total = centred.squaredNorm();
  if (total == 0) return std::nullopt;
  const Eigen::VectorXd explained = fit.orthonormal.transpose() * centred;
  const double statistic = static_cast<double>(n) * explained.squaredNorm() / total;
  const boost::math::chi_squared_distribution<double> null(static_cast<double>(p - 1));
  return TestResult{.statistic = statistic,
                    .p = cdf(complement(null, statistic)),
                    .n = static_cast<std::int64_t>(n),
                    .method = Method::approximate,
                    .degrees = static_cast<double>(p - 1)};
}

// With the variance estimated without the row itself, which follows from the one with it (Seber,
// Lee 2003, equation 10.15). Infinite where all other rows lie on the fit.
double studentised(double standardised, double degrees, double sign) {
  if (degrees <= 0) return 0;
  const double rest = std::max(0.0, degrees + 1 - standardised);
  return std::copysign(std::sqrt(standardised * degrees / rest), sign);
}

}  // namespace

RegressionDiagnostics diagnostics_of(const Fit& fit) {
  const Eigen::Index n = fit.design.rows(), p = fit.design.cols();
  const auto rows = static_cast<double>(n), terms = static_cast<double>(p);
  RegressionDiagnostics result;
  result.fitted = listed(fit.fitted);
  result.residuals = listed(fit.residuals);
  const double variance = fit.residuals.squaredNorm() / (rows - terms);
  for (Eigen::Index i = 0; i < n; ++i) {
    const double leverage = std::min(1.0, fit.orthonormal.row(i).squaredNorm());
    const double rest = 1 - leverage, residual = fit.residuals[i];
    result.leverages.push_back(leverage);
    // A row with all of the leverage passes through its own point, whatever it is.
    const bool determines_itself = rest < 1e-12;
    const double standardised = determines_itself ? 0 : residual * residual / (variance * rest);
    result.cooks_distances.push_back(determines_itself ? 0
                                                       : standardised * leverage / (rest * terms));
    result.studentised_residuals.push_back(
        determines_itself ? 0 : studentised(standardised, rows - terms - 1, residual));
  }
  result.equal_variance = equal_variance_test(fit);
  if (const Answer<TestResult> normal = shapiro_wilk(result.residuals))
    result.normal_residuals = *normal;
  return result;
}

}  // namespace winnow::stats
