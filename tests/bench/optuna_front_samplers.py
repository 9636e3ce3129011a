"""Samplers of Debian's python3-optuna, and an NSGA-II made of python3-deap, on the problems of
searchers/problems/multi_objective_functions.cpp, beside `winnow bench`: the part of the hypervolume that is
missing. With --ours the winnow given is run first on the same problems, so that one run prints both.

    /usr/bin/python3 tests/bench/optuna_front_samplers.py --ours build/release/bin/winnow \
        --methods nsga2,motpe --problems zdt1,dtlz2 --seeds 20 --evaluations 200
"""

import argparse
import random
import subprocess
import time
import warnings

import numpy
import optuna
from deap import base, tools
from deap.tools._hypervolume import hv

from front_problems import problems

# DEAP's building blocks with the defaults of pymoo's NSGA2, whose results it repeats (ZDT1, 5,000
# evaluations: 0.74 against 0.76): pymoo itself is not in Debian.
DEAP = "deap:nsga2"

SAMPLERS = {
    "optuna:random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "optuna:nsga2": lambda seed: optuna.samplers.NSGAIISampler(seed=seed),
    "optuna:nsga2_sbx": lambda seed: optuna.samplers.NSGAIISampler(
        seed=seed, population_size=100, crossover=optuna.samplers.nsgaii.SBXCrossover()),
    "optuna:tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "optuna:tpe_multivariate": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=True),
    "optuna:motpe": lambda seed: optuna.samplers.MOTPESampler(seed=seed),
}


def run_deap(problem, seed, evaluations, population=100):
    random.seed(seed)
    fitness = type("Fitness", (base.Fitness,), {"weights": (-1.0,) * len(problem.reference)})
    individual = type("Individual", (list,), {})
    tried, dimension = [], len(problem.bounds)

    def evaluated(genome):
        made = individual(genome)
        x = [low + (high - low) * u for u, (low, high) in zip(genome, problem.bounds)]
        tried.append(list(problem.losses(x)))
        made.fitness = fitness(tuple(tried[-1]))
        return made

    began = time.process_time()
    members = [evaluated([random.random() for _ in range(dimension)]) for _ in range(population)]
    members = tools.selNSGA2(members, population)
    while len(tried) + population <= evaluations:
        genomes = [list(parent) for parent in tools.selTournamentDCD(members, population)]
        for mother, father in zip(genomes[::2], genomes[1::2]):
            if random.random() <= 0.9:
                tools.cxSimulatedBinaryBounded(mother, father, 15, 0, 1)
        for genome in genomes:
            tools.mutPolynomialBounded(genome, 20, 0, 1, 1 / dimension)
        members = tools.selNSGA2(members + [evaluated(genome) for genome in genomes], population)
    spent_s = time.process_time() - began
    return hv.hypervolume(tried, problem.reference) / problem.hypervolume, spent_s / len(tried)


def run(sampler, problem, seed, evaluations):
    if sampler == DEAP:
        return run_deap(problem, seed, evaluations)
    directions = ["minimize"] * len(problem.reference)
    study = optuna.create_study(sampler=SAMPLERS[sampler](seed), directions=directions)
    late, late_s = max(1, evaluations // 10), 0.0
    tried = []
    for told in range(evaluations):
        began = time.process_time()
        trial = study.ask()
        x = [trial.suggest_float(name, *bounds)
             for name, bounds in zip(problem.names(), problem.bounds)]
        asked_s = time.process_time() - began
        losses = list(problem.losses(x))
        tried.append(losses)
        began = time.process_time()
        study.tell(trial, losses)
        if told >= evaluations - late:
            late_s += asked_s + time.process_time() - began
    return hv.hypervolume(tried, problem.reference) / problem.hypervolume, late_s / late


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ours", help="winnow, whose bench is to be run first")
    parser.add_argument("--methods", default="random,nsga2", help="of ours")
    parser.add_argument("--samplers", default="optuna:nsga2,optuna:tpe,optuna:motpe")
    parser.add_argument("--problems", default=",".join(problems()))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--evaluations", type=int, default=200)
    parser.add_argument("--dimension", type=int, default=0, help="0: those of the papers")
    arguments = parser.parse_args()
    if arguments.ours:
        suffix = f":{arguments.dimension}" if arguments.dimension else ""
        names = ",".join(name + suffix for name in arguments.problems.split(","))
        subprocess.run([arguments.ours, "bench", "--methods", arguments.methods,
                        "--problems", names, "--seeds", str(arguments.seeds),
                        "--trials", str(arguments.evaluations)], check=True)
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    for name in arguments.problems.split(","):
        for sampler in arguments.samplers.split(","):
            runs = [run(sampler, problems(arguments.dimension)[name], seed, arguments.evaluations)
                    for seed in range(1, arguments.seeds + 1)]
            shares, costs_s = zip(*runs)
            lower, median, upper = numpy.quantile(1 - numpy.array(shares), [0.25, 0.5, 0.75])
            print(f"{name:<10}{sampler:<42}{lower:>9.4f}{median:>9.4f}{upper:>9.4f}"
                  f"{1e6 * numpy.median(costs_s):>16.1f}", flush=True)


if __name__ == "__main__":
    main()
