#include "searchers/models/output_warp.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

using Eigen::ArrayXd;
using Eigen::VectorXd;

// A target this many times as far above the median as the best is below it is an outlier: it is
// taken for bad, however bad it is. The corners of the usual smooth test functions are within it.
constexpr double outlier_after = 10;

double median(std::vector<double> values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// (loss − best) / (median − best), without overflow for losses near the largest double.
ArrayXd relative_to_best(const VectorXd& losses) {
  const double size = losses.cwiseAbs().maxCoeff();
  const ArrayXd scaled = size > 0 ? (losses / size).eval() : losses;
  const ArrayXd above = scaled - scaled.minCoeff();
  double unit = median({above.begin(), above.end()});
  if (unit <= 0) unit = above.mean();  // more than half of them are the best
  return unit > 0 ? (above / unit).min(1e300).eval() : above;
}

}  // namespace

OutputWarp::OutputWarp(WarpForm form, const VectorXd& losses) {
  expect(losses.size() > 0 && losses.allFinite(), "finite losses, at least one");
  ArrayXd warped = relative_to_best(losses);
  if (form.shape == WarpForm::Shape::log) {
    log_slopes_ = -(form.c + warped).log().sum();
    warped = (warped / form.c).log1p();
  }
  const double middle = median({warped.begin(), warped.end()});
  if (middle > 0) {
    // Their slope is taken for that of a logarithm: with a slope of 0 a form would be the more
    // probable, the more losses it calls outliers.
    const double most = (1 + outlier_after) * middle;
    log_slopes_ -= (warped / most).max(1).log().sum();
    warped = warped.min(most);
  }
  const double mean = warped.mean();
  const double deviation = std::sqrt((warped - mean).square().mean());
  targets_ = warped - mean;
  if (deviation > 0) {
    targets_ /= deviation;
    log_slopes_ -= static_cast<double>(losses.size()) * std::log(deviation);
  }
}

}  // namespace winnow::search
