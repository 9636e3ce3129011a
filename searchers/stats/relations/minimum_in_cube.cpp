#include <Eigen/Cholesky>
#include <limits>

#include "searchers/stats/relations/response_surface.hpp"

namespace winnow::stats {
namespace {

// A face of the cube: the settings that are free on it, the others being held at 0 or 1.
struct Face {
  std::vector<Eigen::Index> free;
  Eigen::VectorXd point;  // free settings 0
};

// Digit j of `code` to the base 3: held at 0, held at 1, free.
Face face_of(int code, Eigen::Index d) {
  Face face{.free = {}, .point = Eigen::VectorXd::Zero(d)};
  for (Eigen::Index j = 0; j < d; ++j, code /= 3) {
    if (code % 3 == 1) face.point[j] = 1;
    if (code % 3 == 2) face.free.push_back(j);
  }
  return face;
}

// Fills in the free settings where the surface restricted to the face has its minimum. False: it
// has none inside; then a smaller face has a value as low.
bool settle(Face& face, const Eigen::VectorXd& linear, const Eigen::MatrixXd& quadratic) {
  const auto size = static_cast<Eigen::Index>(face.free.size());
  if (size == 0) return true;
  Eigen::MatrixXd bend(size, size);
  Eigen::VectorXd slope(size);
  for (Eigen::Index a = 0; a < size; ++a) {
    const Eigen::Index j = face.free[static_cast<std::size_t>(a)];
    slope[a] = linear[j] + 2 * quadratic.row(j).dot(face.point);
    for (Eigen::Index b = 0; b < size; ++b)
      bend(a, b) = 2 * quadratic(j, face.free[static_cast<std::size_t>(b)]);
  }
  const Eigen::LLT<Eigen::MatrixXd> factors(bend);
  if (factors.info() != Eigen::Success) return false;  // not bent upwards
  const Eigen::VectorXd inside = factors.solve(-slope);
  if (!((inside.array() >= 0) && (inside.array() <= 1)).all()) return false;
  for (Eigen::Index a = 0; a < size; ++a)
    face.point[face.free[static_cast<std::size_t>(a)]] = inside[a];
  return true;
}

}  // namespace

Eigen::VectorXd minimum_in_cube(const Eigen::VectorXd& linear, const Eigen::MatrixXd& quadratic) {
  const Eigen::Index d = linear.size();
  expect(d >= 1 && d <= 8, "a minimum is searched over one to eight settings");
  int faces = 1;
  for (Eigen::Index j = 0; j < d; ++j) faces *= 3;
  double least = std::numeric_limits<double>::infinity();
  Eigen::VectorXd best;
  for (int code = 0; code < faces; ++code) {
    Face face = face_of(code, d);
    if (!settle(face, linear, quadratic)) continue;
    const double value = linear.dot(face.point) + face.point.dot(quadratic * face.point);
    if (value < least) {
      least = value;
      best = face.point;
    }
  }
  return best;
}

}  // namespace winnow::stats
