// How much of the variation of a forest's predictions over the whole space is due to each axis
// alone and to each pair of axes? Exact: a tree is a partition into boxes, so every mean over the
// other axes is a finite sum. The spread over the trees says how sure the forest is. What the
// forest predicts badly it also explains badly: read its quality beside.
//
// Source: Hutter, Hoos, Leyton-Brown (2014), "An efficient approach for assessing hyperparameter
// importance", algorithms 1 and 2; the decomposition is Hooker's (2007), functional ANOVA.
// Difference: a marginal is made by adding every leaf to the cells that it covers and summing up
// once, instead of going through all leaves for every cell.
#pragma once

#include <cstddef>
#include <vector>

#include "searchers/models/random_forest.hpp"

namespace winnow::search {

/// How the values of an axis are spread over the space: uniformly over [0, 1], or a list of
/// coordinates, ascending, with a mass each (they add up to 1). A nominal axis has its codes.
struct AxisValues {
  std::vector<double> coordinates = {};  // empty: a continuum
  std::vector<double> masses = {};
};

/// Over the trees.
struct OverTrees {
  double mean = 0, deviation = 0;
};

struct PairShare {
  std::size_t first = 0, second = 0;  // axes
  OverTrees share;
};

struct FunctionalAnova {
  double deviation = 0;           // of the predictions over the space; root of the mean variance
  std::vector<OverTrees> single;  // of each axis: its part of a tree's variance
  std::vector<PairShare> pairs;   // what two axes add together, the greatest first
  int trees = 0;                  // that vary at all; of the others nothing can be divided
};

/// `codes`: of the data that the forest grew on; `axes`: likewise. Needs: no coordinate of that
/// data was `inactive`. O(trees · (d² leaves + cells of all pairs of axes)).
FunctionalAnova functional_anova(const RandomForest& forest, const std::vector<std::size_t>& codes,
                                 const std::vector<AxisValues>& axes);

/// What the forest predicts on average over all other axes where one of them is at a coordinate:
/// partial dependence (Friedman 2001, "Greedy function approximation", 8.2) over the whole space
/// instead of the trials. `at`: for each axis its coordinates; the result likewise.
std::vector<std::vector<OverTrees>> marginals(const RandomForest& forest,
                                              const std::vector<std::size_t>& codes,
                                              const std::vector<AxisValues>& axes,
                                              const std::vector<std::vector<double>>& at);

}  // namespace winnow::search
