// What another study has found out about a problem that is like this one but not the same:
// knowledge of where to look, never trials of this study.
#pragma once

#include <string>
#include <vector>

#include "searchers/problem/point.hpp"

namespace winnow {

/// Measured elsewhere, at a point of this study's space; losses in the order of its objectives,
/// finite, in the minimising direction. They compare with others of the same study only.
struct PriorTrial {
  Point point;
  std::vector<double> losses;
  bool operator==(const PriorTrial&) const = default;
};

struct PriorStudy {
  std::string source;              // as the study file names it
  std::vector<PriorTrial> trials;  // in the order of that study
  bool operator==(const PriorStudy&) const = default;
};

}  // namespace winnow
