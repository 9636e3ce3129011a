#include "searchers/stats/relations/response_surface.hpp"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <boost/math/distributions/fisher_f.hpp>
#include <cmath>
#include <map>

#include "searchers/numerics/rng.hpp"
#include "searchers/stats/resampling/interval_of_replicates.hpp"

namespace winnow::stats {
namespace {

constexpr Eigen::Index most_settings = 8;
constexpr double flat = 1e-6;  // part of the strongest bend

// x₁ … x_d, then x₁², x₁x₂, …, x_d².
Eigen::VectorXd terms_of(const Eigen::VectorXd& x) {
  const Eigen::Index d = x.size();
  Eigen::VectorXd terms(d + d * (d + 1) / 2);
  terms.head(d) = x;
  Eigen::Index next = d;
  for (Eigen::Index i = 0; i < d; ++i)
    for (Eigen::Index j = i; j < d; ++j) terms[next++] = x[i] * x[j];
  return terms;
}

std::vector<std::string> term_names(const std::vector<std::string>& names) {
  std::vector<std::string> result = names;
  for (std::size_t i = 0; i < names.size(); ++i)
    for (std::size_t j = i; j < names.size(); ++j)
      result.push_back(i == j ? names[i] + "²" : names[i] + "·" + names[j]);
  return result;
}

struct Quadratic {
  Eigen::VectorXd linear;
  Eigen::MatrixXd quadratic;
};

// From coefficients in the order of terms_of.
Quadratic quadratic_of(const Eigen::VectorXd& coefficients, Eigen::Index d) {
  Quadratic result{.linear = coefficients.head(d), .quadratic = Eigen::MatrixXd(d, d)};
  Eigen::Index next = d;
  for (Eigen::Index i = 0; i < d; ++i) {
    for (Eigen::Index j = i; j < d; ++j) {
      const double value = coefficients[next++] / (i == j ? 1 : 2);
      result.quadratic(i, j) = result.quadratic(j, i) = value;
    }
  }
  return result;
}

void add_canonical_form(ResponseSurface& surface) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(surface.quadratic);
  surface.curvatures = solver.eigenvalues();
  const double strongest = surface.curvatures.cwiseAbs().maxCoeff();
  if (surface.curvatures.cwiseAbs().minCoeff() <= flat * strongest) return;  // a ridge
  const bool bends_up = surface.curvatures.minCoeff() > 0;
  const bool bends_down = surface.curvatures.maxCoeff() < 0;
  surface.bend = bends_up ? Bend::minimum : bends_down ? Bend::maximum : Bend::saddle;
  const Eigen::VectorXd in_axes = (solver.eigenvectors().transpose() * surface.linear).array() /
                                  (-2 * surface.curvatures.array());
  surface.stationary_point = solver.eigenvectors() * in_axes;
}

// Refits to fitted scores plus resampled residuals, each first brought to the variance of an error.
std::vector<Interval> intervals_of_settings(const Regression& model, const Eigen::MatrixXd& terms,
                                            Eigen::Index d, const SurfaceQuestion& question) {
  const RegressionDiagnostics& rows = model.diagnostics;
  const Eigen::Index n = terms.rows();
  Eigen::MatrixXd design(n, terms.cols() + 1);
  design << Eigen::VectorXd::Ones(n), terms;
  const Eigen::MatrixXd refit = model.unscaled_covariance * design.transpose();  // p × n
  std::vector<double> errors;
  for (std::size_t i = 0; i < rows.residuals.size(); ++i) {
    const double rest = 1 - rows.leverages[i];
    errors.push_back(rest > 1e-12 ? rows.residuals[i] / std::sqrt(rest) : 0);
  }
  const double centre = mean(errors);
  std::vector<std::vector<double>> optima(static_cast<std::size_t>(d));
  for (std::int64_t resample = 0; resample < question.sampling.resamples; ++resample) {
    search::Rng rng(question.sampling.seed, resample, "response surface");
    Eigen::VectorXd scores(n);
    for (Eigen::Index i = 0; i < n; ++i)
      scores[i] =
          rows.fitted[static_cast<std::size_t>(i)] + errors[rng.below(errors.size())] - centre;
    const Eigen::VectorXd coefficients = refit * scores;
    const Quadratic form = quadratic_of(coefficients.tail(terms.cols()), d);
    const Eigen::VectorXd best = minimum_in_cube(form.linear, form.quadratic);
    for (Eigen::Index j = 0; j < d; ++j) optima[static_cast<std::size_t>(j)].push_back(best[j]);
  }
  std::vector<Interval> intervals;
  for (std::vector<double>& of_setting : optima)
    intervals.push_back(*percentile_interval(std::move(of_setting), question.level));
  return intervals;
}

std::optional<TestResult> lack_of_fit_of(const Regression& model, const Eigen::MatrixXd& rows,
                                         Values losses) {
  std::map<std::vector<double>, std::vector<double>> by_settings;
  for (Eigen::Index i = 0; i < rows.rows(); ++i) {
    const Eigen::VectorXd row = rows.row(i);
    by_settings[{row.data(), row.data() + row.size()}].push_back(
        losses[static_cast<std::size_t>(i)]);
  }
  double pure_squares = 0;
  for (const auto& [settings, repeated] : by_settings)
    if (repeated.size() > 1)
      pure_squares += variance(repeated) * static_cast<double>(repeated.size() - 1);
  const auto different = static_cast<double>(by_settings.size());
  const auto n = static_cast<double>(losses.size());
  const double of_form = different - static_cast<double>(model.coefficients.size());
  if (of_form <= 0 || n - different <= 0 || pure_squares == 0) return std::nullopt;
  const double residual_squares =
      model.residual_deviation * model.residual_deviation * model.degrees;
  const double f =
      std::max(0.0, residual_squares - pure_squares) / of_form / (pure_squares / (n - different));
  const boost::math::fisher_f_distribution<double> null(of_form, n - different);
  return TestResult{.statistic = f,
                    .p = cdf(complement(null, f)),
                    .n = static_cast<std::int64_t>(losses.size()),
                    .degrees = of_form,
                    .denominator_degrees = n - different};
}

}  // namespace

Answer<ResponseSurface> response_surface(const Eigen::MatrixXd& rows,
                                         const std::vector<std::string>& names, Values losses,
                                         const SurfaceQuestion& question) {
  const Eigen::Index d = rows.cols();
  if (d < 1 || d > most_settings) {
    return Refusal{Cause::too_many,
                   fmt::format("{} settings: a response surface is for one to {}; keep those that "
                               "matter most",
                               d, most_settings)};
  }
  Eigen::MatrixXd terms(rows.rows(), d + d * (d + 1) / 2);
  for (Eigen::Index i = 0; i < rows.rows(); ++i)
    terms.row(i) = terms_of(rows.row(i).transpose()).transpose();
  const Answer<Regression> fitted = least_squares(terms, term_names(names), losses, question.level);
  if (!fitted) return fitted.refusal();

  ResponseSurface surface;
  surface.model = *fitted;
  Eigen::VectorXd coefficients(terms.cols());
  for (Eigen::Index j = 0; j < terms.cols(); ++j)
    coefficients[j] = surface.model.coefficients[static_cast<std::size_t>(j) + 1].value;
  const Quadratic form = quadratic_of(coefficients, d);
  surface.linear = form.linear;
  surface.quadratic = form.quadratic;
  add_canonical_form(surface);

  SurfaceOptimum& optimum = surface.optimum;
  optimum.settings = minimum_in_cube(form.linear, form.quadratic);
  optimum.on_border = ((optimum.settings.array() == 0) || (optimum.settings.array() == 1)).any();
  optimum.prediction = predicted(surface.model, terms_of(optimum.settings), question.level);
  if (question.sampling.resamples >= 2)
    optimum.settings_intervals = intervals_of_settings(surface.model, terms, d, question);
  surface.lack_of_fit = lack_of_fit_of(surface.model, rows, losses);
  return surface;
}

}  // namespace winnow::stats
