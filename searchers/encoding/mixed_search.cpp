#include "searchers/encoding/mixed_search.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "searchers/numerics/minimize.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Every value of an axis with at most so many is tried; otherwise only steps by powers of two.
constexpr std::uint64_t exhaustive_values = 16;
// Coordinates of the rows that one climb looks at along finite axes, in all rounds and in one: with
// fifty axes of sixteen values a hundred rounds and more, with a thousand axes some hundred axes.
// Each costs a covariance with every outcome: a second for an ask with a thousand axes.
constexpr std::uint64_t most_coordinates = std::uint64_t{1} << 22;
constexpr std::uint64_t most_of_round = most_coordinates / 4;

struct Found {
  VectorXd row;
  double value;
};

class Climb {
 public:
  Climb(const MixedSpace& space, const MixedFunction& f, const VectorXd& lengths, const Box& box,
        const MixedEffort& effort)
      : space_(space), f_(f), lengths_(lengths), box_(box), effort_(effort), moved_(moved_axes()) {}

  Found from(Found start) const {
    constexpr int most_rounds = 100;  // never reached: each round gains
    std::uint64_t left = most_coordinates;
    for (int round = 0; round < most_rounds; ++round) {
      const double before = start.value;
      start = along_continua(std::move(start));
      Found moved = over_values(start, left);
      const bool has_moved = moved.value > start.value;
      if (has_moved) start = std::move(moved);
      // A thousandth in ln EI changes no decision.
      if (!has_moved || start.value - before < 1e-3 || left == 0) break;
    }
    return start;
  }

 private:
  Found along_continua(Found start) const {
    std::vector<Index> free;
    for (Index j = 0; j < start.row.size(); ++j)
      if (space_.axes()[static_cast<std::size_t>(j)].values == 0 && start.row[j] != inactive)
        free.push_back(j);
    if (free.empty()) return start;
    const VectorXd scale = lengths_(free);  // in units of which the function is alike on all axes
    VectorXd row = start.row, gradient;
    const Differentiable negative = [&](const VectorXd& z, VectorXd& slope) {
      row(free) = z.cwiseProduct(scale);
      const double value = f_.slope_at(row, gradient);
      slope = -gradient(free).cwiseProduct(scale);
      return -value;
    };
    const Box box{box_.low(free).cwiseQuotient(scale), box_.high(free).cwiseQuotient(scale)};
    const VectorXd z = VectorXd(start.row(free)).cwiseQuotient(scale);
    const Minimum best = minimize(negative, box, z.cwiseMax(box.low).cwiseMin(box.high),
                                  {.evaluations = effort_.evaluations, .absolute_gain = 1e-4});
    if (!(-best.value > start.value)) return start;
    start.row(free) = best.at.cwiseProduct(scale).cwiseMax(0).cwiseMin(1);  // against rounding
    start.value = -best.value;
    return start;
  }

  // The finite axes; where they are too many for one round, those along which the function changes
  // fastest.
  std::vector<std::size_t> moved_axes() const {
    const std::uint64_t dimension = space_.dimension();
    std::vector<std::size_t> finite;
    std::uint64_t coordinates = 0;
    for (std::size_t j = 0; j < space_.dimension(); ++j) {
      if (space_.axes()[j].values == 0) continue;
      finite.push_back(j);
      coordinates += std::min(space_.axes()[j].values, exhaustive_values) * dimension;
    }
    if (coordinates <= most_of_round) return finite;
    std::stable_sort(finite.begin(), finite.end(), [this](std::size_t a, std::size_t b) {
      return lengths_[static_cast<Index>(a)] < lengths_[static_cast<Index>(b)];
    });
    finite.resize(static_cast<std::size_t>(
        std::max<std::uint64_t>(1, most_of_round / (exhaustive_values * dimension))));
    return finite;
  }

  // Each finite axis in turn goes to the best of its values, the others staying where they are.
  Found over_values(Found at, std::uint64_t& left) const {
    for (const std::size_t j : moved_) {
      const std::vector<VectorXd> rows = moves_along(j, at.row);
      if (rows.empty()) continue;
      const std::uint64_t coordinates = rows.size() * space_.dimension();
      if (left < coordinates) left = 0;
      if (left == 0) break;
      left -= coordinates;
      MatrixXd all(std::ssize(rows), at.row.size());
      for (std::size_t i = 0; i < rows.size(); ++i) all.row(static_cast<Index>(i)) = rows[i];
      const VectorXd values = f_.at_each(all);
      Index best = 0;
      if (values.maxCoeff(&best) > at.value)
        at = {rows[static_cast<std::size_t>(best)], values[best]};
    }
    return at;
  }

  std::vector<VectorXd> moves_along(std::size_t axis, const VectorXd& from) const {
    const Index column = static_cast<Index>(axis);
    const std::uint64_t values = space_.axes()[axis].values;
    std::vector<VectorXd> rows;
    if (values == 0 || from[column] == inactive) return rows;
    const std::uint64_t at = space_.index(axis, from[column]);
    const auto add = [&](std::uint64_t k) {
      VectorXd row = from;
      row[column] = space_.coordinate(axis, k);
      space_.settle(row, 0.5);
      rows.push_back(std::move(row));
    };
    if (values <= exhaustive_values) {
      for (std::uint64_t k = 0; k < values; ++k)
        if (k != at) add(k);
      return rows;
    }
    for (std::uint64_t step = 1; step < values && step != 0; step *= 2) {
      if (at >= step) add(at - step);
      if (at < values - step) add(at + step);
    }
    return rows;
  }

  const MixedSpace& space_;
  const MixedFunction& f_;
  const VectorXd& lengths_;
  const Box& box_;
  const MixedEffort& effort_;
  std::vector<std::size_t> moved_;  // finite axes
};

VectorXd moved_into(const Box& box, const MixedSpace& space, VectorXd row) {
  for (Index j = 0; j < row.size(); ++j)
    if (space.axes()[static_cast<std::size_t>(j)].kind != AxisKind::nominal && row[j] != inactive)
      row[j] = std::clamp(row[j], box.low[j], box.high[j]);
  space.settle(row, 0.5);
  return row;
}

}  // namespace

MixedFunction sum_of(std::vector<WeightedFunction> terms) {
  expect(!terms.empty(), "a term of the sum");
  const auto shared = std::make_shared<const std::vector<WeightedFunction>>(std::move(terms));
  return {[shared](const MatrixXd& rows) {
            VectorXd sum = VectorXd::Zero(rows.rows());
            for (const auto& [weight, f] : *shared) sum += weight * f.at_each(rows);
            return sum;
          },
          [shared](const VectorXd& row, VectorXd& gradient) {
            double sum = 0;
            gradient = VectorXd::Zero(row.size());
            VectorXd further;
            for (const auto& [weight, f] : *shared) {
              sum += weight * f.slope_at(row, further);
              gradient += weight * further;
            }
            return sum;
          }};
}

MatrixXd candidate_rows(const MixedSpace& space, Index count, const Box& box,
                        const MatrixXd& centres, Rng& rng) {
  const double d = static_cast<double>(space.dimension());
  MatrixXd rows(count + count / 4, centres.cols());
  rows.topRows(count) = space.even_rows(0, count, box, rng.bits64());
  for (Index k = 0; k < count / 4; ++k) {
    // Steps of all sizes, from a fifth of the range down to what polishes; on some twenty axes
    // (Regis, Shoemaker 2013, "Combining radial basis function surrogates and dynamic coordinate
    // search") or on two.
    const double reach = 0.2 * std::pow(10.0, -3 * rng.uniform());
    const double share = std::min(1.0, (k % 2 == 0 ? 20 : 2) / d);
    rows.row(count + k) =
        moved_into(box, space, space.neighbour(centres.row(k % centres.rows()), share, reach, rng));
  }
  return rows;
}

std::vector<VectorXd> best_rows(const MixedSpace& space, const MixedFunction& f,
                                const MatrixXd& candidates, const VectorXd& lengths, const Box& box,
                                const MixedEffort& effort) {
  expect(candidates.rows() > 0, "a candidate");
  const VectorXd values = f.at_each(candidates);
  std::vector<Index> order(static_cast<std::size_t>(candidates.rows()));
  std::iota(order.begin(), order.end(), Index{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](Index a, Index b) { return values[a] > values[b]; });
  const Climb climb(space, f, lengths, box, effort);
  std::vector<Found> maxima;
  for (Index k = 0; k < std::min<Index>(effort.starts, std::ssize(order)); ++k) {
    const Index i = order[static_cast<std::size_t>(k)];
    maxima.push_back(climb.from({candidates.row(i), values[i]}));
  }
  std::stable_sort(maxima.begin(), maxima.end(),
                   [](const Found& a, const Found& b) { return a.value > b.value; });
  std::vector<VectorXd> best;
  for (Found& maximum : maxima) best.push_back(std::move(maximum.row));
  for (const Index i : order) best.push_back(candidates.row(i));
  return best;
}

}  // namespace winnow::search
