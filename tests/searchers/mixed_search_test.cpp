#include "searchers/encoding/mixed_search.hpp"

#include <catch2/catch.hpp>

using namespace winnow;
using namespace winnow::search;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

const MixedSpace space(SearchSpace({{"x", Real{0, 1}},
                                    {"y", Real{0, 1}},
                                    {"kind", Categorical{{std::string("a"), std::string("b")}}}}));

// The largest value, 0, at (0.3, 0.6) and the second kind.
const MixedFunction bowl{[](const MatrixXd& rows) -> VectorXd {
                           return -(rows.col(0).array() - 0.3).square() -
                                  (rows.col(1).array() - 0.6).square() + rows.col(2).array() - 1;
                         },
                         [](const VectorXd& row, VectorXd& slope) {
                           slope = Eigen::Vector3d(2 * (0.3 - row[0]), 2 * (0.6 - row[1]), 0);
                           return -std::pow(row[0] - 0.3, 2) - std::pow(row[1] - 0.6, 2) + row[2] -
                                  1;
                         }};

}  // namespace

TEST_CASE("candidates stay in their box, neighbours of what lies outside too") {
  Box box = unit_box(3);
  box.low[0] = 0.4;
  box.high[0] = 0.5;
  const MatrixXd centres = (MatrixXd(2, 3) << 0.9, 0.5, 0, 0.42, 0.1, 1).finished();
  Rng rng(1, 0, "candidates");
  const MatrixXd rows = candidate_rows(space, 64, box, centres, rng);
  CHECK(rows.rows() == 80);
  CHECK(rows.col(0).minCoeff() >= 0.4);
  CHECK(rows.col(0).maxCoeff() <= 0.5);
  CHECK(rows.col(1).maxCoeff() > 0.9);
  CHECK((rows.col(2).array() == 1).any());
}

TEST_CASE("the best row is the maximum, over numbers and codes") {
  Rng rng(1, 0, "candidates");
  const Box everywhere = unit_box(3);
  const MatrixXd few = candidate_rows(space, 4, everywhere, MatrixXd::Constant(1, 3, 0.0), rng);
  const std::vector<VectorXd> best =
      best_rows(space, bowl, few, VectorXd::Ones(3), everywhere, {2, 50});
  CHECK((best[0] - Eigen::Vector3d(0.3, 0.6, 1)).norm() < 1e-2);
}
