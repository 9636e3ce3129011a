// A part of the unit cube, or of any space of real numbers: an interval for each coordinate.
#pragma once

#include <Eigen/Core>

namespace winnow::search {

/// low ≤ high, d each.
struct Box {
  Eigen::VectorXd low, high;
};

inline Box unit_box(Eigen::Index dimension) {
  return {Eigen::VectorXd::Zero(dimension), Eigen::VectorXd::Ones(dimension)};
}

}  // namespace winnow::search
