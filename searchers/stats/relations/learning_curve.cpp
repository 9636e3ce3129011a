#include "searchers/stats/relations/learning_curve.hpp"

#include <Eigen/Core>
#include <Eigen/LU>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/tools/minima.hpp>
#include <cmath>
#include <set>

#include "searchers/problem/error.hpp"

namespace winnow::stats {
namespace {

constexpr double least_rate = 0.01, greatest_rate = 10;
constexpr int rates_tried = 60;  // a factor of 1.12 apart: no two minima within one step were seen
constexpr std::int64_t fewest_amounts = 5;  // three parameters, and two to tell how well they fit

struct Line {
  double limit = 0, gain = 0, squares = 0;
};

/// The best limit and gain for a rate.
Line line_at(double rate, Values shares, Values scores) {
  const double n = static_cast<double>(scores.size());
  std::vector<double> powers;
  for (const double share : shares) powers.push_back(std::pow(share, -rate));
  const double mean_power = mean(powers), mean_score = mean(scores);
  double spread = 0, product = 0;
  for (std::size_t i = 0; i < powers.size(); ++i) {
    spread += (powers[i] - mean_power) * (powers[i] - mean_power);
    product += (powers[i] - mean_power) * (scores[i] - mean_score);
  }
  Line line;
  line.gain = spread > 0 ? product / spread : 0;
  line.limit = mean_score - line.gain * mean_power;
  for (std::size_t i = 0; i < powers.size(); ++i) {
    const double away = scores[i] - line.limit - line.gain * powers[i];
    line.squares += away * away / n;
  }
  return line;
}

double best_rate(Values shares, Values scores) {
  const auto squares_at = [&](double log_rate) {
    return line_at(std::exp(log_rate), shares, scores).squares;
  };
  const double low = std::log(least_rate), step = (std::log(greatest_rate) - low) / rates_tried;
  int best = 0;
  double least = squares_at(low);
  for (int i = 1; i <= rates_tried; ++i) {
    const double squares = squares_at(low + i * step);
    if (squares < least) {
      least = squares;
      best = i;
    }
  }
  if (best == 0) return least_rate;
  if (best == rates_tried) return greatest_rate;
  constexpr int bits = 40;  // more than a parabola's minimum can be told apart
  const auto [log_rate, squares] = boost::math::tools::brent_find_minima(
      squares_at, low + (best - 1) * step, low + (best + 1) * step, bits);
  return squares <= least ? std::exp(log_rate) : std::exp(low + best * step);
}

Eigen::Vector3d gradient(const LearningCurve& curve, double share) {
  const double power = std::pow(share, -curve.rate);
  return {1, power, -curve.gain * power * std::log(share)};
}

}  // namespace

Answer<LearningCurve> fit_learning_curve(Values amounts, Values scores) {
  if (amounts.size() != scores.size()) {
    return Refusal{Cause::unequal, "a curve needs as many amounts as scores"};
  }
  if (const auto fault = fault_of(amounts, fewest_amounts, "points of a learning curve")) {
    return *fault;
  }
  if (const auto fault = fault_of(scores, fewest_amounts, "points of a learning curve")) {
    return *fault;
  }
  const std::set<double> different(amounts.begin(), amounts.end());
  if (std::ssize(different) < fewest_amounts) {
    return Refusal{Cause::too_few, "a learning curve needs five different amounts or more",
                   fewest_amounts};
  }
  if (*different.begin() <= 0) {
    return Refusal{Cause::out_of_reach, "a power law begins above 0: leave out what is not"};
  }
  if (is_constant(scores)) {
    return Refusal{Cause::constant, "the score does not vary: there is no curve"};
  }
  LearningCurve curve;
  curve.unit = *different.rbegin();
  std::vector<double> shares;
  for (const double amount : amounts) shares.push_back(amount / curve.unit);
  curve.rate = best_rate(shares, scores);
  curve.has_rate = curve.rate > least_rate && curve.rate < greatest_rate;
  const Line line = line_at(curve.rate, shares, scores);
  curve.limit = line.limit;
  curve.gain = line.gain;
  const double n = static_cast<double>(scores.size());
  curve.degrees = n - 3;
  curve.residual_deviation = std::sqrt(line.squares * n / curve.degrees);
  Eigen::Matrix3d information = Eigen::Matrix3d::Zero();
  for (const double share : shares) {
    const Eigen::Vector3d slope = gradient(curve, share);
    information += slope * slope.transpose();
  }
  const Eigen::FullPivLU<Eigen::Matrix3d> solver(information);
  if (!solver.isInvertible()) {
    return Refusal{Cause::singular, "these points do not determine a learning curve"};
  }
  const Eigen::Matrix3d covariance = solver.inverse();
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      curve.unscaled_covariance[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] =
          covariance(i, j);
    }
  }
  return curve;
}

Extrapolation extrapolate(const LearningCurve& curve, double amount, double level) {
  expect(amount > 0, "an amount above 0");
  expect(level > 0 && level < 1, "a level between 0 and 1");
  const double share = amount / curve.unit;
  const Eigen::Vector3d slope = gradient(curve, share);
  double variance = 1;  // of the score's own error
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      variance +=
          slope[i] * slope[j] *
          curve.unscaled_covariance[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
    }
  }
  const boost::math::students_t law(curve.degrees);
  const double reach =
      boost::math::quantile(law, 0.5 + level / 2) * curve.residual_deviation * std::sqrt(variance);
  Extrapolation result;
  result.score = curve.limit + curve.gain * std::pow(share, -curve.rate);
  result.of_score = {result.score - reach, result.score + reach, level};
  return result;
}

}  // namespace winnow::stats
