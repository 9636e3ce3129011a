// What tests of models need: golden numbers as matrices, finite differences, rows that look like
// data.
#pragma once

#include <Eigen/Core>
#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

#include "searchers/numerics/rng.hpp"
#include "tests/support/golden.hpp"

namespace winnow::search {

inline Eigen::VectorXd to_vector(const nlohmann::json& numbers) {
  const auto values = numbers.get<std::vector<double>>();
  return Eigen::Map<const Eigen::VectorXd>(values.data(), std::ssize(values));
}

inline Eigen::MatrixXd to_matrix(const nlohmann::json& rows) {
  Eigen::MatrixXd matrix(static_cast<Eigen::Index>(rows.size()),
                         static_cast<Eigen::Index>(rows.at(0).size()));
  for (Eigen::Index i = 0; i < matrix.rows(); ++i)
    matrix.row(i) = to_vector(rows.at(static_cast<std::size_t>(i)));
  return matrix;
}

/// n × d, uniform in the unit cube.
inline Eigen::MatrixXd uniform_rows(Eigen::Index n, Eigen::Index d, std::uint64_t seed) {
  Rng rng(seed, 0, "rows");
  return Eigen::MatrixXd::NullaryExpr(n, d, [&] { return rng.uniform(); });
}

/// Central differences of f at x, one for each coordinate.
inline Eigen::VectorXd slope_by_differences(const std::function<double(const Eigen::VectorXd&)>& f,
                                            const Eigen::VectorXd& x, double step = 1e-5) {
  Eigen::VectorXd slope(x.size());
  for (Eigen::Index j = 0; j < x.size(); ++j) {
    Eigen::VectorXd up = x, down = x;
    up[j] += step;
    down[j] -= step;
    slope[j] = (f(up) - f(down)) / (2 * step);
  }
  return slope;
}

}  // namespace winnow::search
