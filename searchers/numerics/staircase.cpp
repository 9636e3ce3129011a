#include "searchers/numerics/staircase.hpp"

#include <iterator>

namespace winnow::search {

bool Staircase::covers(double x, double y) const {
  const auto right = steps_.upper_bound(x);
  return right != steps_.begin() && std::prev(right)->second <= y;
}

void Staircase::insert(double x, double y) {
  auto right = steps_.upper_bound(x);
  if (right != steps_.begin() && std::prev(right)->second <= y) return;
  while (right != steps_.end() && right->second >= y) right = steps_.erase(right);
  steps_.insert_or_assign(right, x, y);
}

double Staircase::insert_for_area(double x, double y, double x_end, double y_end) {
  auto right = steps_.upper_bound(x);
  double ceiling = y_end;  // of what is not dominated yet, above the strip that is looked at
  if (right != steps_.begin()) {
    ceiling = std::prev(right)->second;
    if (ceiling <= y) return 0;
  }
  double area = 0, left = x;
  while (right != steps_.end() && right->second >= y) {
    area += (right->first - left) * (ceiling - y);
    left = right->first;
    ceiling = right->second;
    right = steps_.erase(right);
  }
  area += ((right == steps_.end() ? x_end : right->first) - left) * (ceiling - y);
  steps_.insert_or_assign(right, x, y);
  return area;
}

}  // namespace winnow::search
