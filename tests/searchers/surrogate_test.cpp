#include "searchers/models/surrogate.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "searchers/models/output_warp.hpp"
#include "tests/searchers/model_support.hpp"

using namespace winnow::search;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr auto linear = WarpForm::Shape::linear, logarithmic = WarpForm::Shape::log;
const std::vector<AxisKind> two_numbers(2, AxisKind::numeric);
const std::vector<WarpForm> forms = {{linear}, {logarithmic, 1}, {logarithmic, 0.01}};

}  // namespace

TEST_CASE("warped losses keep their order and have mean 0 and variance 1") {
  const VectorXd losses = (VectorXd(6) << 3, -1, 40, 7, 3.5, 12).finished();
  for (const WarpForm& form : forms) {
    const VectorXd targets = OutputWarp(form, losses).targets();
    CHECK(std::abs(targets.mean()) < 1e-14);
    CHECK(targets.squaredNorm() / 6 == Approx(1));
    for (Index i = 0; i < 6; ++i)
      for (Index j = 0; j < 6; ++j) CHECK((targets[i] < targets[j]) == (losses[i] < losses[j]));
  }
}

TEST_CASE("a stronger warp gives more room to good losses") {
  const VectorXd losses = (VectorXd(5) << 1, 2, 10, 100, 500).finished();
  const auto part_of_best_two = [&](const WarpForm& form) {
    const VectorXd targets = OutputWarp(form, losses).targets();
    return (targets[1] - targets[0]) / (targets[3] - targets[0]);
  };
  CHECK(part_of_best_two({linear}) < part_of_best_two({logarithmic, 1}));
  CHECK(part_of_best_two({logarithmic, 1}) < part_of_best_two({logarithmic, 0.01}));
}

TEST_CASE("one absurd loss does not drown the others") {
  VectorXd losses = VectorXd::LinSpaced(21, 0, 1);
  losses[20] = 1e308;
  for (const WarpForm& form : forms) {
    const VectorXd targets = OutputWarp(form, losses).targets();
    CHECK(targets.allFinite());
    CHECK(targets[19] - targets[0] > 0.5);
  }
  losses[0] = -1e308;
  CHECK(OutputWarp({linear}, losses).targets().allFinite());
}

TEST_CASE("losses that are all alike have targets of 0") {
  for (const WarpForm& form : forms) {
    CHECK(OutputWarp(form, VectorXd::Constant(3, 7)).targets() == VectorXd::Zero(3));
    CHECK(OutputWarp(form, VectorXd::Zero(1)).targets() == VectorXd::Zero(1));
  }
}

TEST_CASE("slopes of a warp are those of its targets") {
  // Best 0, median 4: u = loss/4. Between two losses that are close, d target / d u is a
  // difference.
  VectorXd losses(9);
  losses << 0, 1, 2, 3, 4, 5, 6, 7, 7 + 1e-7;
  for (const WarpForm& form : forms) {
    const OutputWarp warp(form, losses);
    const double last = (warp.targets()[8] - warp.targets()[7]) / (1e-7 / 4);
    double expected = 0;  // slopes elsewhere from the one at 7: (c + 7/4) / (c + u) times as steep
    for (Index i = 0; i < 9; ++i) {
      const double ratio = (form.c + 7.0 / 4) / (form.c + losses[i] / 4);
      expected += std::log(form.shape == logarithmic ? last * ratio : last);
    }
    CHECK(warp.log_slopes() == Approx(expected).epsilon(1e-5));
  }
}

TEST_CASE("no form is the likelier for the losses that it calls outliers") {
  // The median is 1, the limit eleven times that: losses beyond it count as under a logarithm.
  VectorXd losses = VectorXd::LinSpaced(21, 0, 2);
  losses[19] = 50;
  losses[20] = 20;
  const double within = OutputWarp({linear}, losses).log_slopes();
  losses[19] = 5000;
  CHECK(OutputWarp({linear}, losses).log_slopes() == Approx(within - std::log(100)));
}

TEST_CASE("the evidence prefers a warp where losses grow by factors, and none where they do not") {
  const MatrixXd X = uniform_rows(40, 2, 1);
  const VectorXd plain = (5 * X.col(0).array()).sin() + X.col(1).array();
  const SurrogateForm of_plain = choose_form(two_numbers, Noise::none, {X, plain}, 30);
  CHECK(of_plain.warp.shape == linear);
  CHECK(of_plain.smoothness == Smoothness::squared_exponential);
  const VectorXd steep = (8 * plain.array()).exp();
  CHECK(choose_form(two_numbers, Noise::none, {X, steep}, 30).warp.shape == logarithmic);
}

TEST_CASE("the evidence prefers a sum of functions of single axes where losses are one") {
  const std::vector<AxisKind> four(4, AxisKind::numeric);
  const MatrixXd X = uniform_rows(50, 4, 5), Z = uniform_rows(200, 4, 6);
  const auto sum = [](const MatrixXd& at) {
    return VectorXd((9 * at.array()).sin().rowwise().sum());
  };
  const auto product = [](const MatrixXd& at) {
    return VectorXd((3 * at.array()).sin().rowwise().prod());
  };
  CHECK(choose_form(four, Noise::none, {X, product(X)}, 30).at.scales.joint == 1);
  const SurrogateForm form = choose_form(four, Noise::none, {X, sum(X)}, 30);
  CHECK(form.at.scales.joint < 0.1);
  // What that is for: fifty points say little about a function of four axes with four waves.
  const auto error = [&](SurrogateForm of) {
    const Surrogate surrogate(four, std::move(of), {X, sum(X)});
    const VectorXd targets = sum(X), expected = sum(Z);
    const double mean = targets.mean();
    const double unit = std::sqrt((targets.array() - mean).square().mean());
    double squares = 0;
    for (Index i = 0; i < Z.rows(); ++i) {
      const double found = mean + unit * std::sqrt(surrogate.form().at.amplitude) *
                                      surrogate.process().at(Z.row(i)).mean;
      squares += std::pow(found - expected[i], 2);
    }
    return std::sqrt(squares / 200);
  };
  SurrogateForm joint = form;
  joint.at = prior_mode(4, Noise::none);
  CHECK(error(form) < 0.2 * error(joint));
}

TEST_CASE("losses taken in later count like those known from the start") {
  const MatrixXd X = uniform_rows(20, 2, 2);
  const VectorXd losses = (5 * X.col(0).array()).sin() + X.col(1).array();
  const SurrogateForm form = choose_form(two_numbers, Noise::none, {X, losses}, 20);
  const Surrogate whole(two_numbers, form, {X, losses});
  Surrogate grown(two_numbers, form, {X.topRows(12), losses.head(12)});
  for (Index i = 12; i < 20; ++i) grown.append(X.row(i), losses[i]);
  CHECK((grown.process().means() - whole.process().means()).norm() < 1e-5);
  Index best = 0;
  losses.minCoeff(&best);
  CHECK(grown.best_rows(3).row(0) == X.row(best));
  CHECK(grown.best_rows(3).rows() == 3);
  CHECK(whole.best_rows(50).rows() == 20);
}

TEST_CASE("a point measured twice is one point with two replicates") {
  MatrixXd X(4, 2);
  X << 0.1, 0.2, 0.5, 0.5, 0.1, 0.2, 0.9, 0.4;
  const VectorXd losses = (VectorXd(4) << 1, 2, 3, 4).finished();
  const SurrogateForm form{{}, Smoothness::matern52, prior_mode(2, Noise::learnt)};
  const Surrogate surrogate(two_numbers, form, {X, losses});
  CHECK(surrogate.process().size() == 3);
  CHECK(surrogate.process().observations().replicates[0] == 2);
  CHECK(surrogate.process().observations().squares_within > 0);
}

TEST_CASE("leave-one-out correlation tells a function from noise") {
  const MatrixXd X = uniform_rows(30, 2, 3);
  const VectorXd smooth = (3 * X.col(0).array()).sin() + X.col(1).array();
  const VectorXd noise = uniform_rows(30, 1, 4);
  const auto correlation = [&](const VectorXd& losses) {
    const SurrogateForm form = choose_form(two_numbers, Noise::learnt, {X, losses}, 30);
    return Surrogate(two_numbers, form, {X, losses}).left_out_correlation();
  };
  CHECK(correlation(smooth) > 0.95);
  CHECK(correlation(noise) < 0.5);
}
