#include "searchers/models/front_acquisition.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "searchers/numerics/normal.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double minus_infinity = -std::numeric_limits<double>::infinity();
constexpr double least_variance = 1e-16;  // as in acquisition.cpp: what cancellation leaves

/// One objective at one point.
struct Belief {
  double mean, deviation;
};

/// The same for each of several rows (m × d).
struct Beliefs {
  VectorXd means, deviations;
  Belief at(Index i) const { return {means[i], deviations[i]}; }
};

Beliefs beliefs_at(const GaussianProcess& process, const MatrixXd& rows) {
  MatrixXd v = process.kernel().cross(process.observations().X, rows);
  process.cholesky().solve_lower(v);
  return {v.transpose() * process.whitened(),
          (1 - v.colwise().squaredNorm().transpose().array()).max(least_variance).sqrt()};
}

/// One objective at x, and what its slopes are made of.
struct BeliefWithSlope {
  const GaussianProcess& process;
  const VectorXd& x;
  VectorXd v;  // L⁻¹ k
  Belief belief;

  BeliefWithSlope(const GaussianProcess& process_there, const VectorXd& there)
      : process(process_there), x(there), v(process.kernel().against(process.observations().X, x)) {
    process.cholesky().solve_lower(v);
    belief = {v.dot(process.whitened()), std::sqrt(std::max(1 - v.squaredNorm(), least_variance))};
  }

  /// Of a function whose slopes by mean and deviation are given.
  VectorXd gradient(double by_mean, double by_deviation) const {
    VectorXd weights = by_mean * process.whitened() - (by_deviation / belief.deviation) * v;
    process.cholesky().solve_upper(weights);
    return process.kernel().slope(process.observations().X, x, weights);
  }
};

// ln(eᵃ − eᵇ), a ≥ b.
double log_difference(double a, double b) {
  const double ratio = std::exp(b - a);
  return ratio < 1 ? a + std::log1p(-ratio) : minus_infinity;
}

// ln E[max(0, edge − y)] at each edge.
void fill_log_improvements(const std::vector<double>& edges, const Belief& belief,
                           std::vector<double>& logs) {
  logs.clear();
  for (const double edge : edges)
    logs.push_back(std::log(belief.deviation) + log_h((edge - belief.mean) / belief.deviation));
}

double log_sum(const std::vector<double>& logs) {
  const double largest = *std::max_element(logs.begin(), logs.end());
  if (largest == minus_infinity) return largest;
  double sum = 0;
  for (const double each : logs) sum += std::exp(each - largest);
  return largest + std::log(sum);
}

}  // namespace

LogExpectedHypervolumeImprovement::LogExpectedHypervolumeImprovement(
    std::vector<GaussianProcess> processes, std::vector<LossBox> boxes)
    : processes_(std::move(processes)), edges_(processes_.size()), boxes_(processes_.size()) {
  expect(!boxes.empty(), "a box");
  for (std::size_t m = 0; m < processes_.size(); ++m) {
    std::vector<double>& edges = edges_[m];
    for (const LossBox& box : boxes)
      for (const double edge : {box.low[m], box.high[m]})
        if (edge != minus_infinity) edges.push_back(edge);
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    const auto index_of = [&edges](double edge) {
      if (edge == minus_infinity) return none;
      return static_cast<std::size_t>(std::lower_bound(edges.begin(), edges.end(), edge) -
                                      edges.begin());
    };
    for (const LossBox& box : boxes)
      boxes_[m].push_back({index_of(box.low[m]), index_of(box.high[m])});
  }
}

VectorXd LogExpectedHypervolumeImprovement::at_each(const MatrixXd& rows) const {
  std::vector<Beliefs> beliefs;
  for (const GaussianProcess& process : processes_) beliefs.push_back(beliefs_at(process, rows));
  VectorXd values(rows.rows());
  std::vector<double> logs, of_boxes;
  for (Index i = 0; i < rows.rows(); ++i) {
    of_boxes.assign(boxes_[0].size(), 0);
    for (std::size_t m = 0; m < processes_.size(); ++m) {
      fill_log_improvements(edges_[m], beliefs[m].at(i), logs);
      for (std::size_t b = 0; b < of_boxes.size(); ++b) {
        const auto [low, high] = boxes_[m][b];
        of_boxes[b] += low == none ? logs[high] : log_difference(logs[high], logs[low]);
      }
    }
    values[i] = log_sum(of_boxes);
  }
  return values;
}

double LogExpectedHypervolumeImprovement::slope_at(const VectorXd& x, VectorXd& gradient) const {
  const std::size_t objectives = processes_.size(), boxes = boxes_[0].size();
  std::vector<BeliefWithSlope> at;
  std::vector<std::vector<double>> differences(objectives);  // ln, of each objective and box
  std::vector<double> logs, of_boxes(boxes, 0);
  for (std::size_t m = 0; m < objectives; ++m) {
    at.emplace_back(processes_[m], x);
    fill_log_improvements(edges_[m], at[m].belief, logs);
    for (const auto [low, high] : boxes_[m])
      differences[m].push_back(low == none ? logs[high] : log_difference(logs[high], logs[low]));
    for (std::size_t b = 0; b < boxes; ++b) of_boxes[b] += differences[m][b];
  }
  const double value = log_sum(of_boxes);
  gradient = VectorXd::Zero(x.size());
  if (value == minus_infinity) return value;
  for (std::size_t m = 0; m < objectives; ++m) {
    const auto [mean, deviation] = at[m].belief;
    double by_mean = 0, by_deviation = 0;
    // d E[max(0, e − y)] is −Φ(z) by the mean and φ(z) by the deviation, z = (e − mean)/deviation.
    const auto add = [&, mean = mean, deviation = deviation](std::size_t edge, double log_part,
                                                             double sign) {
      if (edge == none) return;
      const double z = (edges_[m][edge] - mean) / deviation;
      by_mean -= sign * std::exp(log_normal_below(z) + log_part);
      by_deviation +=
          sign * std::exp(-0.5 * z * z - 0.5 * std::log(2 * std::numbers::pi) + log_part);
    };
    for (std::size_t b = 0; b < boxes; ++b) {
      if (of_boxes[b] == minus_infinity) continue;
      const double log_part = of_boxes[b] - value - differences[m][b];
      add(boxes_[m][b].high, log_part, 1);
      add(boxes_[m][b].low, log_part, -1);
    }
    gradient += at[m].gradient(by_mean, by_deviation);
  }
  return value;
}

// ---- more than three objectives ----

namespace {

constexpr double optimism = 1.8;  // deviations: Song et al. (2024), "The Vizier Gaussian process
                                  // bandit algorithm", section 3.3

double distance(const Belief& belief, double reference, double weight) {
  return (reference - belief.mean + optimism * belief.deviation) / weight;
}

}  // namespace

WeightedOptimism::WeightedOptimism(std::vector<GaussianProcess> processes,
                                   std::vector<double> reference, std::vector<double> weights)
    : processes_(std::move(processes)),
      reference_(std::move(reference)),
      weights_(std::move(weights)) {
  expect(processes_.size() == weights_.size() && processes_.size() == reference_.size(),
         "a weight and a reference for each process");
}

VectorXd WeightedOptimism::at_each(const MatrixXd& rows) const {
  VectorXd values = VectorXd::Constant(rows.rows(), std::numeric_limits<double>::infinity());
  for (std::size_t m = 0; m < processes_.size(); ++m) {
    const Beliefs beliefs = beliefs_at(processes_[m], rows);
    for (Index i = 0; i < rows.rows(); ++i)
      values[i] = std::min(values[i], distance(beliefs.at(i), reference_[m], weights_[m]));
  }
  return values;
}

double WeightedOptimism::slope_at(const VectorXd& x, VectorXd& gradient) const {
  double worst = std::numeric_limits<double>::infinity();
  for (std::size_t m = 0; m < processes_.size(); ++m) {
    const BeliefWithSlope at(processes_[m], x);
    const double here = distance(at.belief, reference_[m], weights_[m]);
    if (here >= worst) continue;
    worst = here;
    gradient = at.gradient(-1 / weights_[m], optimism / weights_[m]);
  }
  return worst;
}

}  // namespace winnow::search
