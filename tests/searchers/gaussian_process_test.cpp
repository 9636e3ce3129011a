#include "searchers/models/gaussian_process.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "searchers/models/gaussian_process_fit.hpp"
#include "tests/searchers/model_support.hpp"

using namespace winnow::search;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

const std::vector<AxisKind> two_numbers(2, AxisKind::numeric);

Kernel kernel_of(const VectorXd& lengths, Smoothness smoothness = Smoothness::matern52) {
  return Kernel(std::vector(static_cast<std::size_t>(lengths.size()), AxisKind::numeric),
                smoothness, {lengths, VectorXd::Ones(lengths.size())});
}

VectorXd smooth_targets(const MatrixXd& X) {
  return (4 * X.col(0).array()).sin() + X.col(1).array().square() - 0.7;
}

}  // namespace

TEST_CASE("predictions, likelihood, its slope and leave-one-out equal those of scikit-learn") {
  for (const auto& golden : winnow::tests::golden("gaussian_process")["regressions"]) {
    const VectorXd lengths = to_vector(golden["lengths"]), y = to_vector(golden["y"]);
    const MatrixXd Z = to_matrix(golden["Z"]);
    const Smoothness smoothness =
        golden["smoothness"] == "matern52" ? Smoothness::matern52 : Smoothness::squared_exponential;
    const GaussianProcess process(kernel_of(lengths, smoothness), golden["noise"],
                                  {to_matrix(golden["X"]), y, VectorXd::Ones(y.size())},
                                  Purpose::fit);
    for (Index i = 0; i < Z.rows(); ++i) {
      const Prediction at = process.at(Z.row(i));
      CHECK(at.mean == Approx(to_vector(golden["means"])[i]).epsilon(1e-9));
      CHECK(at.variance == Approx(to_vector(golden["variances"])[i]).epsilon(1e-8));
    }
    CHECK(process.log_likelihood() ==
          Approx(golden["log_likelihood"].get<double>()).epsilon(1e-10));
    const VectorXd slope = process.log_likelihood_slope().head(3);
    CHECK((slope - to_vector(golden["slope_by_log_length"])).norm() < 1e-8 * slope.norm());
    const GaussianProcess::LeftOut left_out = process.leave_one_out();
    for (Index i = 0; i < y.size(); ++i) {
      const auto& expected = golden["left_out"][static_cast<std::size_t>(i)];
      CHECK(left_out.means[i] == Approx(expected[0].get<double>()).epsilon(1e-8));
      CHECK(left_out.variances[i] == Approx(expected[1].get<double>()).epsilon(1e-8));
    }
  }
}

TEST_CASE("replicates count as the measurements they are made of") {
  // Points 0 and 1 measured three times and twice: as rows of their own, and as means.
  const MatrixXd X = uniform_rows(4, 2, 6);
  MatrixXd all(7, 2);
  all << X.row(0), X.row(0), X.row(0), X.row(1), X.row(1), X.row(2), X.row(3);
  VectorXd y(7), means(4), replicates(4);
  y << 0.1, 0.4, 0.1, -0.5, -0.7, 1.1, 0.3;
  means << 0.2, -0.6, 1.1, 0.3;
  replicates << 3, 2, 1, 1;
  const Kernel kernel = kernel_of(VectorXd::Constant(2, 0.6));
  const GaussianProcess apart(kernel, 0.05, {all, y, VectorXd::Ones(7)}, Purpose::fit);
  const GaussianProcess together(kernel, 0.05, {X, means, replicates, 0.06 + 0.02}, Purpose::fit);
  const VectorXd x = VectorXd::Constant(2, 0.4);
  CHECK(together.at(x).mean == Approx(apart.at(x).mean));
  CHECK(together.at(x).variance == Approx(apart.at(x).variance));
  CHECK(together.log_likelihood() == Approx(apart.log_likelihood()));
  CHECK((together.log_likelihood_slope() - apart.log_likelihood_slope()).norm() < 1e-9);
}

TEST_CASE("appending and retargeting give the process that is made at once") {
  const MatrixXd X = uniform_rows(12, 2, 7);
  const VectorXd y = smooth_targets(X);
  const Kernel kernel = kernel_of(VectorXd::Constant(2, 0.5));
  const GaussianProcess whole(kernel, 0.01, {X, y, VectorXd::Ones(12)});
  GaussianProcess grown(kernel, 0.01, {X.topRows(5), VectorXd::Zero(5), VectorXd::Ones(5)});
  for (Index i = 5; i < 12; ++i) grown.append(X.row(i), 0);
  grown.retarget(y);
  const VectorXd x = VectorXd::Constant(2, 0.3);
  CHECK(grown.at(x).mean == Approx(whole.at(x).mean));
  CHECK(grown.at(x).variance == Approx(whole.at(x).variance));
  CHECK((grown.means() - whole.means()).norm() < 1e-12);
  CHECK(grown.means()[3] == Approx(grown.at(X.row(3)).mean));
}

TEST_CASE("the likelihood's slope by the noise equals finite differences") {
  const MatrixXd X = uniform_rows(9, 2, 8);
  VectorXd replicates = VectorXd::Ones(9);
  replicates[2] = 4;
  const Observations seen{X, smooth_targets(X), replicates, 0.03};
  const auto likelihood = [&](const VectorXd& log_noise) {
    return GaussianProcess(kernel_of(VectorXd::Constant(2, 0.5)), std::exp(log_noise[0]), seen)
        .log_likelihood();
  };
  const VectorXd at = VectorXd::Constant(1, -3);
  const GaussianProcess process(kernel_of(VectorXd::Constant(2, 0.5)), std::exp(-3), seen,
                                Purpose::fit);
  CHECK(process.log_likelihood_slope()[4] ==
        Approx(slope_by_differences(likelihood, at)[0]).epsilon(1e-6));
}

TEST_CASE("the prior's mode is the published one") {
  // exp(√2 + ½ ln 6 − 3) for six axes.
  const Hyperparameters mode = prior_mode(6, Noise::none);
  CHECK(mode.scales.lengths[0] == Approx(0.501623).epsilon(1e-6));
  CHECK(mode.noise == noise_free);
}

TEST_CASE("a fit finds which axis matters, and how little noise there is") {
  const MatrixXd X = uniform_rows(40, 2, 9);
  VectorXd y = (6 * X.col(0).array()).sin();
  y.array() -= y.mean();
  y /= std::sqrt(y.squaredNorm() / 40);
  const Observations seen{X, y, VectorXd::Ones(40)};
  const Fit start = fit(two_numbers, Smoothness::matern52, Noise::learnt, seen,
                        {prior_mode(2, Noise::learnt)}, 1);
  const Fit found = fit(two_numbers, Smoothness::matern52, Noise::learnt, seen,
                        {prior_mode(2, Noise::learnt)}, 100);
  CHECK(found.log_posterior > start.log_posterior + 20);
  CHECK(found.at.scales.lengths[1] > 4 * found.at.scales.lengths[0]);
  CHECK(found.at.noise < 1e-6);
}

TEST_CASE("a fit ends where no hyperparameter by itself gains much") {
  // Numbers and an arc that is inactive in every third row; noise that is really there.
  MatrixXd X = uniform_rows(50, 2, 13);
  VectorXd y = (5 * X.col(0).array()).sin() + 0.3 * uniform_rows(50, 1, 14).array();
  for (Index i = 0; i < 50; ++i) {
    if (i % 3 == 0) X(i, 1) = inactive;
    y[i] += X(i, 1) == inactive ? 0.5 : X(i, 1);
  }
  y.array() -= y.mean();
  y /= std::sqrt(y.squaredNorm() / 50);
  const std::vector<AxisKind> axes = {AxisKind::numeric, AxisKind::arc};
  const Observations seen{X, y, VectorXd::Ones(50)};
  const auto log_posterior = [&](const Hyperparameters& at) {
    return fit(axes, Smoothness::matern52, Noise::learnt, seen, {at}, 1).log_posterior;
  };
  const Fit found =
      fit(axes, Smoothness::matern52, Noise::learnt, seen, {prior_mode(2, Noise::learnt)}, 300);
  CHECK(log_posterior(found.at) == Approx(found.log_posterior));
  for (double factor : {0.8, 1.25}) {
    for (Index j : {0, 1}) {
      Hyperparameters other = found.at;
      other.scales.lengths[j] *= factor;
      CHECK(log_posterior(other) < found.log_posterior + 0.01);
    }
    Hyperparameters part = found.at, amplitude = found.at, noise = found.at;
    part.scales.arc_parts[1] = std::min(1.0, factor * part.scales.arc_parts[1]);
    amplitude.amplitude *= factor;
    noise.noise *= factor;
    for (const Hyperparameters& other : {part, amplitude, noise})
      CHECK(log_posterior(other) < found.log_posterior + 0.01);
  }
}

TEST_CASE("a fit to nothing but noise expects nothing elsewhere") {
  const MatrixXd X = uniform_rows(60, 2, 10);
  VectorXd y = uniform_rows(60, 1, 11).array() - 0.5;
  y.array() -= y.mean();
  y /= std::sqrt(y.squaredNorm() / 60);
  const Observations seen{X, y, VectorXd::Ones(60)};
  const Fit found = fit(two_numbers, Smoothness::matern52, Noise::learnt, seen,
                        {prior_mode(2, Noise::learnt)}, 100);
  // Whether it calls that noise or a very rough function: what is left out is not predicted.
  const GaussianProcess process(Kernel(two_numbers, Smoothness::matern52, found.at.scales),
                                found.at.noise, scaled(seen, found.at.amplitude));
  const GaussianProcess::LeftOut left_out = process.leave_one_out();
  CHECK((left_out.means - process.observations().y).norm() > 0.9 * process.observations().y.norm());
}

TEST_CASE("with the noise fixed, replay of a fit is exact") {
  const MatrixXd X = uniform_rows(15, 2, 12);
  const Observations seen{X, smooth_targets(X), VectorXd::Ones(15)};
  const auto once = [&] {
    return fit(two_numbers, Smoothness::squared_exponential, Noise::none, seen,
               {prior_mode(2, Noise::none)}, 30);
  };
  CHECK(once().log_posterior == once().log_posterior);
  CHECK(once().at.noise == noise_free);
  CHECK(once().at.scales.lengths == once().at.scales.lengths);
}
