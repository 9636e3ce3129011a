#include "searchers/models/pending_normals.hpp"

#include <algorithm>
#include <vector>

#include "searchers/numerics/normal.hpp"
#include "searchers/numerics/sobol.hpp"

namespace winnow::search {

using Eigen::Index;
using Eigen::MatrixXd;

namespace {

constexpr Index pending_draws = 32;  // Monte Carlo error of a sixth of one draw's

}  // namespace

MatrixXd pending_normals(Index pending) {
  if (pending == 0) return MatrixXd(0, 1);
  const std::size_t even = std::min(static_cast<std::size_t>(pending), sobol_dimensions);
  const ScrambledSobol sequence(even, 0);
  MatrixXd normals = MatrixXd::Zero(pending, pending_draws);
  for (Index s = 0; s < pending_draws; ++s) {
    const std::vector<double> unit = sequence.at(static_cast<std::uint32_t>(s));
    for (std::size_t i = 0; i < even; ++i)
      normals(static_cast<Index>(i), s) = normal_quantile(unit[i] + 0x1p-54);  // never at 0
  }
  return normals;
}

}  // namespace winnow::search
