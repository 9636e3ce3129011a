#include "searchers/encoding/mixed_space.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "searchers/encoding/mixed_search.hpp"

using namespace winnow;
using namespace winnow::search;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using std::int64_t;
using std::string;

namespace {

SearchSpace conditional_space() {
  return SearchSpace({{"model", Categorical{{string("none"), string("tree"), string("net")}}},
                      {"only", Categorical{{string("this")}}, {{"model", {string("net")}}}},
                      {"depth", Integer{1, 4}, {{"model", {string("tree"), string("net")}}}},
                      {"rate", Real{1e-4, 1e-1, Scale::log}, {{"depth", {int64_t{3}}}}},
                      {"inner", Real{0, 1}, {{"only", {string("this")}}}},
                      {"size", Categorical{{string("s"), string("m"), string("l")}, true}}});
}

std::vector<double> random_unit(std::size_t d, Rng& rng) {
  std::vector<double> unit(d);
  for (double& u : unit) u = rng.uniform();
  return unit;
}

}  // namespace

TEST_CASE("axes know what kind of parameter they stand for") {
  const MixedSpace space(conditional_space());  // "only" has one value, hence no axis
  using enum AxisKind;
  CHECK(space.kinds() == std::vector{nominal, arc, arc, arc, numeric});
  CHECK(space.axes()[0].values == 3);
  CHECK(space.axes()[2].values == 0);
  CHECK(space.axes()[4].values == 3);
}

TEST_CASE("a row decodes to its point and back, active or not") {
  const MixedSpace space(conditional_space());
  Rng rng(1, 0, "rows");
  std::set<string> models;
  for (int i = 0; i < 200; ++i) {
    const VectorXd row = space.at(random_unit(5, rng));
    const Point point = space.decode(row);
    REQUIRE(space.space().fault(point).value_or("") == "");
    CHECK((space.encode(point) - row).cwiseAbs().maxCoeff() < 1e-12);
    CHECK((row[1] == inactive) == (point.find("depth") == nullptr));
    CHECK((row[3] == inactive) == (point.find("inner") == nullptr));
    models.insert(to_text(*point.find("model")));
  }
  CHECK(models.size() == 3);
}

TEST_CASE("a parent with one value passes on what it asks of its own parents") {
  const MixedSpace space(conditional_space());
  VectorXd row = space.at({0.9, 0.1, 0.5, 0.5, 0.5});  // net
  CHECK(row[3] == 0.5);
  row[0] = 1;  // tree
  space.settle(row, 0.5);
  CHECK(row[3] == inactive);
}

TEST_CASE("settling rounds finite axes, ends what is not active and begins what is") {
  const MixedSpace space(conditional_space());
  VectorXd row = (VectorXd(5) << 1, 0.6, inactive, 0.3, 0.4).finished();  // tree, depth 3
  space.settle(row, 0.25);
  CHECK(row[1] == space.coordinate(1, 2));
  CHECK(row[2] == 0.25);
  CHECK(row[3] == inactive);
  CHECK(row[4] == 0.5);
  CHECK(space.space().fault(space.decode(row)).value_or("") == "");
}

TEST_CASE("neighbours are points of the space, and all numbers of moved axes differ") {
  const MixedSpace space(conditional_space());
  Rng rng(2, 0, "rows");
  for (int i = 0; i < 200; ++i) {
    const VectorXd row = space.at(random_unit(5, rng));
    const VectorXd near = space.neighbour(row, 1, 1e-3, rng);
    CHECK(space.space().fault(space.decode(near)).value_or("") == "");
    CHECK(std::abs(near[4] - row[4]) < 0.34);  // a cell is a third wide
    if (near[2] != inactive && row[2] != inactive) CHECK(std::abs(near[2] - row[2]) < 0.01);
  }
  const VectorXd row = space.at({0.9, 0.6, 0.5, 0.5, 0.5});
  CHECK(space.neighbour(row, 0, 1, rng) == row);
}

TEST_CASE("even rows stay in their box and cover it") {
  const MixedSpace space(SearchSpace({{"x", Real{0, 10}}, {"c", Categorical{{false, true}}}}));
  Box box = unit_box(2);
  box.low[0] = 0.25;
  box.high[0] = 0.5;
  const MatrixXd rows = space.even_rows(0, 64, box, 7);
  CHECK(rows.col(0).minCoeff() >= 0.25);
  CHECK(rows.col(0).minCoeff() < 0.26);
  CHECK(rows.col(0).maxCoeff() <= 0.5);
  CHECK(rows.col(0).maxCoeff() > 0.49);
  CHECK(rows.col(1).sum() == 32);
  CHECK(space.even_rows(10, 3, box, 7) == rows.middleRows(10, 3));
}

TEST_CASE("the best row of a mixed space is found among numbers, integers and categories") {
  const MixedSpace space(
      SearchSpace({{"x", Real{0, 1}},
                   {"n", Integer{0, 1000}},
                   {"c", Categorical{{string("a"), string("b"), string("d")}}}}));
  // Highest at x = 0.3, n = 700, c = d; each code but d costs 1.
  const auto value = [](const VectorXd& row) {
    return -std::pow(row[0] - 0.3, 2) - 5 * std::pow(row[1] - 700.5 / 1001, 2) - (row[2] != 2);
  };
  const MixedFunction f{[&](const MatrixXd& rows) {
                          VectorXd values(rows.rows());
                          for (Index i = 0; i < rows.rows(); ++i) values[i] = value(rows.row(i));
                          return values;
                        },
                        [&](const VectorXd& row, VectorXd& slope) {
                          slope = VectorXd::Zero(3);
                          slope[0] = -2 * (row[0] - 0.3);
                          return value(row);
                        }};
  const MatrixXd start = (MatrixXd(1, 3) << 0.9, space.coordinate(1, 2), 0).finished();
  const std::vector<VectorXd> best =
      best_rows(space, f, start, VectorXd::Ones(3), unit_box(3), {.starts = 1, .evaluations = 50});
  CHECK(best[0][0] == Approx(0.3).epsilon(1e-3));
  CHECK(best[0][2] == 2);
  CHECK(std::abs(static_cast<int64_t>(space.index(1, best[0][1])) - 700) <= 2);
  CHECK(best.back() == VectorXd(start.row(0)));
}
