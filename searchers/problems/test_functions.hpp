// Problems whose smallest loss is known to 1e-12, so that a search can be judged by its regret.
// Optima lie off the centre of their boxes: a method that looks there first gains nothing by it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "searchers/problem/search_space.hpp"

namespace winnow::problems {

/// A deterministic problem with one loss.
struct TestFunction {
  std::string name;
  SearchSpace space;
  std::function<double(const Point&)> loss;  // needs a point of `space`
  double optimum = 0;                        // the smallest loss in `space`, to 1e-12
  Point minimizer = {};                      // where it is, to the nearest double
};

/// Branin on [−5, 10] × [0, 15]: three equal minima. Dixon, Szegö (1978), "Towards global
/// optimisation 2", page 1: 5/(4π) at (π, 2.275).
TestFunction branin();
/// Hartmann, six variables in [0, 1]: one of several minima is the least. Dixon, Szegö (1978),
/// table 4.
TestFunction hartmann6();
/// Ackley (1987), "A connectionist machine for genetic hillclimbing", on [−32.8, 32.8]^d: a funnel
/// at the end of a nearly flat plain, moved off the centre.
TestFunction ackley(int dimension);
/// Rosenbrock (1960), "An automatic method for finding the greatest or least value of a function",
/// on [−5, 10]^d: a bent valley; all ones.
TestFunction rosenbrock(int dimension);
/// Styblinski, Tang (1990), "Experiments in nonconvex optimization", on [−5, 5]^d: 2^d basins.
TestFunction styblinski_tang(int dimension);
/// Rastrigin in the form of Mühlenbein, Schomisch, Born (1991), "The parallel genetic algorithm as
/// function optimizer", on [−5.12, 5.12]^d: about 11^d basins on a bowl, moved off the centre.
TestFunction rastrigin(int dimension);
/// A rotated ellipsoid on [−5, 5]^d, axes in the ratio 1 : 10^3 (condition 10^6), moved off the
/// centre. Hansen et al. (2009), "Real-parameter black-box optimization benchmarking: noiseless
/// functions", function 10, without its oscillation.
TestFunction ellipsoid(int dimension);
/// Levy, Montalvo (1985), "The tunneling algorithm for the global minimization of functions", on
/// [−10, 10]^d: ripples on a bowl; all ones.
TestFunction levy(int dimension);
/// Griewank (1981), "Generalized descent for global optimization", on [−600, 600]^d: a bowl whose
/// ripples only show near its bottom, moved off the centre.
TestFunction griewank(int dimension);
/// Michalewicz (1992), "Genetic algorithms + data structures = evolution programs", m = 10, on [0,
/// π]^5: ever narrower valleys between plains.
TestFunction michalewicz5();
/// Our own: the setting of a network's training in miniature. Nine parameters of all kinds, two of
/// them conditional (`momentum` only under sgd, `beta2` only under adam); the best learning rate
/// depends on the optimizer and on the width, the best dropout on the depth. Least is 0.
TestFunction conditional_training();

/// All of the above in the dimensions that the benchmarks use; names are "branin", "hartmann6",
/// "ackley5", "rosenbrock5", "rosenbrock10", "styblinski_tang6", "rastrigin10", "ellipsoid10",
/// "levy5", "griewank5", "michalewicz5", "conditional9".
std::vector<TestFunction> test_functions();

/// The one of that name. Throws ConfigError listing the names otherwise.
TestFunction test_function(std::string_view name);

}  // namespace winnow::problems
