#include "searchers/stats/unit.hpp"

#include <algorithm>
#include <cmath>

namespace winnow::stats {

double unit_of(Values values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  int exponent = 0;
  std::frexp(largest, &exponent);
  return largest > 0 ? std::ldexp(1.0, std::max(exponent, -1000))
                     : 1;  // 2^1000 is a double as well
}

std::vector<double> in_units(Values values, double unit) {
  std::vector<double> scaled(values.begin(), values.end());
  for (double& value : scaled) value /= unit;
  return scaled;
}

}  // namespace winnow::stats
