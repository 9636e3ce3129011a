#include "searchers/stats/relations/regression.hpp"

#include <fmt/format.h>

#include <Eigen/QR>
#include <algorithm>
#include <boost/math/constants/constants.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "searchers/stats/relations/regression_diagnostics.hpp"
#include "searchers/stats/student_t.hpp"

namespace winnow::stats {
namespace {

// A column whose part outside of the others is smaller than this part of it determines nothing that
// is not rounding: a million times the unit in the last place.
constexpr double independent_part = 1e-10;

std::optional<Refusal> fault_of_data(const Eigen::MatrixXd& rows,
                                     const std::vector<std::string>& names, Values scores) {
  expect(static_cast<std::size_t>(rows.cols()) == names.size(), "each column has a name");
  if (rows.rows() != static_cast<Eigen::Index>(scores.size())) {
    return Refusal{Cause::unequal,
                   fmt::format("{} rows of settings, {} scores", rows.rows(), scores.size())};
  }
  const auto needed = static_cast<std::int64_t>(names.size()) + 2;
  if (auto fault = fault_of(scores, needed, "scores")) return fault;
  for (Eigen::Index j = 0; j < rows.cols(); ++j) {
    const Values column(rows.col(j).data(), static_cast<std::size_t>(rows.rows()));
    const std::string what = fmt::format("values of {}", names[static_cast<std::size_t>(j)]);
    if (auto fault = fault_of(column, needed, what)) return fault;
  }
  if (is_constant(scores))
    return Refusal{Cause::constant, "the score does not vary: there is nothing to explain"};
  return std::nullopt;
}

Eigen::MatrixXd with_intercept(const Eigen::MatrixXd& rows) {
  Eigen::MatrixXd design(rows.rows(), rows.cols() + 1);
  design << Eigen::VectorXd::Ones(rows.rows()), rows;
  return design;
}

// Columns of length 1, so that the scales of settings do not matter to what counts as dependent.
struct Scaled {
  Eigen::MatrixXd columns;
  Eigen::VectorXd lengths;
};

Scaled scaled(const Eigen::MatrixXd& design) {
  Scaled result{.columns = design, .lengths = design.colwise().norm().transpose()};
  for (Eigen::Index j = 0; j < design.cols(); ++j)
    if (result.lengths[j] > 0) result.columns.col(j) /= result.lengths[j];
  return result;
}

using Factors = Eigen::ColPivHouseholderQR<Eigen::MatrixXd>;

Refusal dependent_columns(const Factors& factors, const std::vector<std::string>& names) {
  std::string listed;
  for (Eigen::Index k = factors.rank(); k < factors.cols(); ++k) {
    const Eigen::Index column = factors.colsPermutation().indices()[k];
    const std::string name =
        column == 0 ? "the intercept" : names[static_cast<std::size_t>(column) - 1];
    listed += (listed.empty() ? "" : ", ") + name;
  }
  return {Cause::singular,
          fmt::format("the other settings determine {}: leave it out, or try more combinations",
                      listed)};
}

// (XᵀX)⁻¹ = P R⁻¹ R⁻ᵀ Pᵀ.
Eigen::MatrixXd inverse_of_squares(const Factors& factors) {
  const Eigen::Index p = factors.cols();
  const Eigen::MatrixXd inverse_r =
      factors.matrixR().topLeftCorner(p, p).triangularView<Eigen::Upper>().solve(
          Eigen::MatrixXd::Identity(p, p));
  const Eigen::MatrixXd permuted = factors.colsPermutation() * inverse_r;
  return permuted * permuted.transpose();
}

void add_coefficients(Regression& model, const Eigen::MatrixXd& design, const Eigen::VectorXd& beta,
                      const std::vector<std::string>& names, double level) {
  const auto n = static_cast<std::int64_t>(design.rows());
  for (Eigen::Index j = 0; j < beta.size(); ++j) {
    const double variance = model.unscaled_covariance(j, j);
    const TTest test = t_test_of(beta[j], model.residual_deviation * std::sqrt(variance),
                                 model.degrees, n, {.level = level});
    Coefficient& coefficient = model.coefficients.emplace_back();
    coefficient = {.name = j == 0 ? "(intercept)" : names[static_cast<std::size_t>(j) - 1],
                   .value = beta[j],
                   .standard_error = test.standard_error,
                   .test = test.test,
                   .interval = test.interval};
    if (j == 0) continue;
    const double about_mean = (design.col(j).array() - design.col(j).mean()).matrix().squaredNorm();
    coefficient.variance_inflation = std::max(1.0, variance * about_mean);
  }
}

void add_quality(Regression& model, double residual_squares, double total_squares) {
  const auto n = static_cast<double>(model.diagnostics.residuals.size());
  const auto p = static_cast<double>(model.coefficients.size());
  model.r_squared = 1 - residual_squares / total_squares;
  model.adjusted_r_squared = 1 - (residual_squares / (n - p)) / (total_squares / (n - 1));
  double left_out_squares = 0;
  for (std::size_t i = 0; i < model.diagnostics.residuals.size(); ++i) {
    const double rest = 1 - model.diagnostics.leverages[i];
    const double residual = rest > 0 ? model.diagnostics.residuals[i] / rest : 0;
    left_out_squares += residual * residual;
  }
  model.predicted_r_squared = 1 - left_out_squares / total_squares;
  const double deviance =
      n * (std::log(boost::math::constants::two_pi<double>() * residual_squares / n) + 1);
  model.aic = deviance + 2 * p;
  model.bic = deviance + std::log(n) * p;
  model.overall = {
      .n = static_cast<std::int64_t>(n), .degrees = p - 1, .denominator_degrees = n - p};
  if (p == 1) return;  // nothing but the intercept
  model.overall.statistic =
      ((total_squares - residual_squares) / (p - 1)) / (residual_squares / (n - p));
  const boost::math::fisher_f_distribution<double> null(p - 1, n - p);
  model.overall.p = cdf(complement(null, std::max(0.0, model.overall.statistic)));
}

}  // namespace

Answer<Regression> least_squares(const Eigen::MatrixXd& rows, const std::vector<std::string>& names,
                                 Values scores, double level) {
  if (auto fault = fault_of_data(rows, names, scores)) return *fault;
  const Eigen::MatrixXd design = with_intercept(rows);
  const Scaled columns = scaled(design);
  Factors factors;
  factors.setThreshold(independent_part);
  factors.compute(columns.columns);
  if (factors.rank() < design.cols()) return dependent_columns(factors, names);

  const Eigen::Map<const Eigen::VectorXd> y(scores.data(), design.rows());
  const Eigen::VectorXd inverse_lengths = columns.lengths.cwiseInverse();
  const Eigen::VectorXd beta = inverse_lengths.asDiagonal() * factors.solve(y);
  const Eigen::VectorXd residuals = y - design * beta;
  const double residual_squares = residuals.squaredNorm();
  const double total_squares = variance(scores) * static_cast<double>(scores.size() - 1);
  if (residual_squares <= 1e-24 * y.squaredNorm()) {  // (1e-12)²: the rounding of a few operations
    return Refusal{
        Cause::constant,
        "the settings reproduce every score exactly: nothing is left to judge chance by"};
  }
  Regression model;
  model.degrees = static_cast<double>(design.rows() - design.cols());
  model.residual_deviation = std::sqrt(residual_squares / model.degrees);
  model.unscaled_covariance =
      inverse_lengths.asDiagonal() * inverse_of_squares(factors) * inverse_lengths.asDiagonal();
  add_coefficients(model, design, beta, names, level);
  const Eigen::MatrixXd q =
      factors.householderQ() * Eigen::MatrixXd::Identity(design.rows(), design.cols());
  model.diagnostics = diagnostics_of(
      {.design = design, .orthonormal = q, .residuals = residuals, .fitted = y - residuals});
  add_quality(model, residual_squares, total_squares);
  return model;
}

Prediction predicted(const Regression& model, const Eigen::VectorXd& settings, double level) {
  expect(settings.size() + 1 == model.unscaled_covariance.rows(), "a setting for each coefficient");
  Eigen::VectorXd x(settings.size() + 1);
  x << 1, settings;
  Prediction prediction;
  for (Eigen::Index j = 0; j < x.size(); ++j)
    prediction.value += x[j] * model.coefficients[static_cast<std::size_t>(j)].value;
  const double leverage = x.dot(model.unscaled_covariance * x);
  const boost::math::students_t_distribution<double> student(model.degrees);
  const double reach = model.residual_deviation *
                       quantile(complement(student, outside_each_end(Tail::two_sided, level)));
  prediction.of_mean =
      interval_around(prediction.value, reach * std::sqrt(leverage), Tail::two_sided, level);
  prediction.of_score =
      interval_around(prediction.value, reach * std::sqrt(1 + leverage), Tail::two_sided, level);
  return prediction;
}

}  // namespace winnow::stats
