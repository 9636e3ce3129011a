"""Samplers of Debian's python3-optuna and the optimiser of python3-cmaes on the problems of
searchers/problems/test_functions.cpp, beside `winnow bench`. With --ours the winnow given is
run first on the same problems, so that one run prints both, and then which of its methods are better than which
sampler, by the rank-sum test of Mann and Whitney over the seeds, exact, two-sided, corrected by Holm for all that is
printed.

    /usr/bin/python3 tests/bench/optuna_samplers.py --ours build/release/bin/winnow \
        --methods random,tpe,de,cmaes --problems branin,conditional9 --seeds 20 --evaluations 100
"""

import argparse
import functools
import json
import math
import pathlib
import subprocess
import tempfile
import time
import warnings

import cmaes
import numpy
import optuna

from search_problems import PROBLEMS

SAMPLERS = {
    "optuna:random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "optuna:tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "optuna:tpe_multivariate": lambda seed: optuna.samplers.TPESampler(
        seed=seed, multivariate=True, group=True),
    "optuna:cmaes": lambda seed: optuna.samplers.CmaEsSampler(seed=seed),
}


def suggested(trial, problem):
    point = {}
    for name, kind, arguments, condition in problem.parameters:
        if condition is not None and point["optimizer"] != condition:
            continue
        if kind == "choice":
            point[name] = trial.suggest_categorical(name, list(arguments))
        elif kind == "reverse_log":  # Optuna has none: the distance to 1, by factors
            low, high = arguments
            point[name] = 1 - trial.suggest_float(name, 1 - high, 1 - low, log=True)
        elif kind.endswith("int"):
            point[name] = trial.suggest_int(name, *arguments, log=kind.startswith("log"))
        else:
            point[name] = trial.suggest_float(name, *arguments, log=kind == "log")
    return point


def run_optuna(sampler, problem, seed, evaluations):
    study = optuna.create_study(sampler=SAMPLERS[sampler](seed))
    late, late_s = max(1, evaluations // 10), 0.0
    for told in range(evaluations):
        began = time.process_time()
        trial = study.ask()
        point = suggested(trial, problem)
        asked_s = time.process_time() - began
        loss = problem.loss(point)
        began = time.process_time()
        study.tell(trial, loss)
        if told >= evaluations - late:
            late_s += asked_s + time.process_time() - began
    return study.best_value - problem.optimum, late_s / late


def run_cmaes(problem, seed, evaluations):
    """python3-cmaes with the IPOP restarts of its README; numbers only."""
    if any(kind != "real" for _, kind, _, _ in problem.parameters):
        return math.nan, math.nan
    bounds = numpy.array([arguments for _, _, arguments, _ in problem.parameters], dtype=float)
    low, width = bounds[:, 0], bounds[:, 1] - bounds[:, 0]
    names = [name for name, _, _, _ in problem.parameters]
    draw = numpy.random.RandomState(seed)
    unit = numpy.array([[0.0, 1.0]] * len(names))

    def started(population):
        return cmaes.CMA(mean=draw.rand(len(names)), sigma=1 / 6, bounds=unit, seed=draw.randint(2**31),
                         population_size=population)

    optimizer, best, late, late_s = started(None), math.inf, max(1, evaluations // 10), 0.0
    solutions = []
    for told in range(evaluations):
        began = time.process_time()
        x = optimizer.ask()
        asked_s = time.process_time() - began
        loss = problem.loss(dict(zip(names, map(float, low + width * x))))
        best = min(best, loss)
        began = time.process_time()
        solutions.append((x, loss))
        if len(solutions) == optimizer.population_size:
            optimizer.tell(solutions)
            solutions = []
            if optimizer.should_stop():
                optimizer = started(2 * optimizer.population_size)
        if told >= evaluations - late:
            late_s += asked_s + time.process_time() - began
    return best - problem.optimum, late_s / late


@functools.cache
def ways(first, second, u):
    """Of so many values each, how many orders have u pairs in which the first is the larger (Mann, Whitney 1947)."""
    if u < 0 or u > first * second:
        return 0
    if first == 0 or second == 0:
        return 1
    return ways(first - 1, second, u - second) + ways(first, second - 1, u)


def rank_sum_p(ours, theirs):
    """Ties count as if ours were the larger."""
    u = sum(a >= b for a in ours for b in theirs)
    low = min(u, len(ours) * len(theirs) - u)
    below = sum(ways(len(ours), len(theirs), k) for k in range(low + 1))
    return min(1.0, 2 * below / math.comb(len(ours) + len(theirs), len(ours)))


def print_comparison(ours, theirs):
    """Of {(problem, method): regrets} and {(problem, sampler): regrets}."""
    rows = []
    for (problem, method), own in ours.items():
        for (other, sampler), regrets in theirs.items():
            if problem == other and not any(map(math.isnan, regrets)):
                rows.append((rank_sum_p(own, regrets), problem, method, sampler,
                             sum(a < b for a in own for b in regrets) / (len(own) * len(regrets))))
    print("\nproblem           ours                sampler                   ours better in   p (Holm)")
    corrected = 0.0
    for rank, (p, problem, method, sampler, share) in enumerate(sorted(rows)):
        corrected = max(corrected, min(1.0, (len(rows) - rank) * p))
        print(f"{problem:<18}{method:<20}{sampler:<26}{100 * share:>10.1f} %{corrected:>14.2g}")


def run_ours(arguments):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "bench"
        subprocess.run([arguments.ours, "bench", "--methods", arguments.methods, "--problems", arguments.problems,
                        "--seeds", str(arguments.seeds), "--trials", str(arguments.evaluations), "--out", str(out)],
                       check=True)
        regrets = {}
        for run in json.loads((out / "bench.json").read_text())["runs"]:
            regrets.setdefault((run["problem"], run["method"]), []).append(run["gap"])
        return regrets


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ours", help="winnow, whose bench is to be run first")
    parser.add_argument("--methods", default="random,tpe,de,cmaes", help="of ours")
    parser.add_argument("--samplers", default=",".join([*SAMPLERS, "cmaes:ipop"]))
    parser.add_argument("--problems", default=",".join(PROBLEMS))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--evaluations", type=int, default=100)
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
    ours, theirs = run_ours(arguments) if arguments.ours else {}, {}
    print(f"optuna {optuna.__version__}, cmaes {cmaes.__version__}")
    for name in arguments.problems.split(","):
        for sampler in arguments.samplers.split(","):
            runs = []
            for seed in range(1, arguments.seeds + 1):
                if sampler == "cmaes:ipop":
                    runs.append(run_cmaes(PROBLEMS[name], seed, arguments.evaluations))
                else:
                    runs.append(run_optuna(sampler, PROBLEMS[name], seed, arguments.evaluations))
            regrets, costs_s = numpy.array(runs).T
            theirs[name, sampler] = list(regrets)
            lower, median, upper = numpy.quantile(regrets, [0.25, 0.5, 0.75])
            print(f"{name:<18}{sampler:<34}{lower:>11.3g}{median:>11.3g}{upper:>11.3g}"
                  f"{1e6 * numpy.median(costs_s):>16.1f}", flush=True)
    if ours:
        print_comparison(ours, theirs)


if __name__ == "__main__":
    main()
