// Problems with known optima of kinds that a formula over numbers is not: mixed parameters,
// constraints that are known, trials that fail, losses with noise.
#pragma once

#include "searchers/problems/bench_problem.hpp"

namespace winnow::problems {

/// Ours: two choices of five, two integers, two numbers. The best numbers depend on one choice, the
/// best integers on the other. Least is 0.
BenchProblem mixed_training();

/// Rosenbrock's valley in the disk x1² + x2² ≤ 2, given as a constraint on proposals: the least
/// point (1, 1) lies on its edge. Simionescu (2014), "Computer-aided graphing and simulation tools
/// for AutoCAD users", section 4.
BenchProblem rosenbrock_in_disk();

/// Ackley's function in five dimensions where every trial with x1 + x2 > 10 fails: about a third of
/// the space, not the part with the optimum.
BenchProblem failing_ackley();

/// `problem` with a normal error of `deviation` on each measurement. It is judged without.
BenchProblem noisy(BenchProblem problem, double deviation);

}  // namespace winnow::problems
