// How points become rows of numbers and back, for those that recombine numbers and need not know
// what they mean.
#pragma once

#include <functional>
#include <vector>

#include "searchers/problem/point.hpp"
#include "searchers/problem/trial.hpp"

namespace winnow {

struct Coding {
  std::size_t dimension = 0;
  std::function<std::vector<double>(const Suggestion&)> genome_of;  // of a point of the space
  std::function<Point(const std::vector<double>& genome)> point_of;
};

}  // namespace winnow
