// Problems with several objectives whose best fronts are known, so that a search can be judged by
// the share of the reachable hypervolume that it found.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "searchers/numerics/dominance.hpp"
#include "searchers/problem/objective.hpp"
#include "searchers/problem/search_space.hpp"

namespace winnow::problems {

/// A deterministic problem; every loss is to be minimised.
struct MultiObjectiveFunction {
  std::string name;
  SearchSpace space;
  std::function<search::Losses(const Point&)> losses;  // needs a point of `space`
  /// A loss vector of the best front; needs a coordinate in [0, 1] for every objective but one.
  std::function<search::Losses(const std::vector<double>&)> front;
  search::Losses reference;
  double hypervolume = 0;  // of the best front, measured against `reference`, to 1e-9

  /// Objectives "f1", "f2", …
  std::vector<Objective> objectives() const;
};

/// Zitzler, Deb, Thiele (2000), "Comparison of multiobjective evolutionary algorithms: empirical
/// results", section 4: convex front, concave front, front in five pieces, 21⁹ local fronts, points
/// that crowd at one end. `dimension` parameters; the paper has 30 for the first three and 10 for
/// the others.
MultiObjectiveFunction zdt1(int dimension = 30);
MultiObjectiveFunction zdt2(int dimension = 30);
MultiObjectiveFunction zdt3(int dimension = 30);
MultiObjectiveFunction zdt4(int dimension = 10);
MultiObjectiveFunction zdt6(int dimension = 10);
/// Deb, Thiele, Laumanns, Zitzler (2005), "Scalable test problems for evolutionary multiobjective
/// optimization", section 6.7.2: the front is an eighth of the unit sphere. Three objectives.
MultiObjectiveFunction dtlz2(int dimension = 12);
/// Huband, Hingston, Barone, While (2006), "A review of multiobjective test problems and a scalable
/// test problem toolkit", table XIV: many hills and valleys, the front is a quarter of an ellipse.
/// Two objectives, four position parameters.
MultiObjectiveFunction wfg4(int dimension = 24);

/// All of the above, in the dimensions of the papers or all in the same one (5 at least).
std::vector<MultiObjectiveFunction> multi_objective_functions();
std::vector<MultiObjectiveFunction> multi_objective_functions(int dimension);

}  // namespace winnow::problems
