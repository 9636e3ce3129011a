"""The problems of searchers/problems/multi_objective_functions.cpp a second time: ZDT and DTLZ from DEAP,
WFG4 written independently. The C++ functions are tested against the numbers that this file prints:

    /usr/bin/python3 tests/bench/front_problems.py > tests/searchers/golden/multi_objective_functions.json
"""

import json
import math
import random
from importlib.metadata import version

from deap import benchmarks


class Problem:
    def __init__(self, name, bounds, losses, reference, hypervolume):
        self.name, self.bounds, self.losses = name, bounds, losses
        self.reference, self.hypervolume = reference, hypervolume

    def names(self):
        return [("z" if self.name == "wfg4" else "x") + str(j + 1) for j in range(len(self.bounds))]


def dtlz2(x):
    # DEAP lists position parameters first, as we do, and its objectives in the same order.
    return benchmarks.dtlz2(x, 3)


def wfg4(z):
    def hills(y):
        u = abs(y - 0.35) / (2 * (math.floor(0.35 - y) + 0.35))
        return (1 + math.cos(122 * math.pi * (0.5 - u)) + 40 * u * u) / 12

    t = [hills(value / (2 * (j + 1))) for j, value in enumerate(z)]
    position, distance = sum(t[:4]) / 4, sum(t[4:]) / len(t[4:])
    angle = position * math.pi / 2
    return distance + 2 * math.sin(angle), distance + 4 * math.cos(angle)


def unit(dimension):
    return [(0.0, 1.0)] * dimension


LEAST = 0.2807753188153771  # the smallest f1 of ZDT6


def problems(dimension=None):
    """By name; in the dimensions of the papers, or all in the same one."""
    def d(usual):
        return dimension or usual

    return {problem.name: problem for problem in [
        Problem("zdt1", unit(d(30)), benchmarks.zdt1, [1.1, 1.1], 1.21 - 1 / 3),
        Problem("zdt2", unit(d(30)), benchmarks.zdt2, [1.1, 1.1], 1.21 - 2 / 3),
        Problem("zdt3", unit(d(30)), benchmarks.zdt3, [1.1, 1.1], 1.33176290865),
        Problem("zdt4", [(0.0, 1.0)] + [(-5.0, 5.0)] * (d(10) - 1), benchmarks.zdt4, [1.1, 1.1],
                1.21 - 1 / 3),
        Problem("zdt6", unit(d(10)), benchmarks.zdt6, [1.1, 1.1],
                0.1 * (1 - LEAST) + (1 - LEAST**3) / 3 + 0.11),
        Problem("dtlz2", unit(d(12)), dtlz2, [1.1, 1.1, 1.1], 1.1**3 - math.pi / 6),
        Problem("wfg4", [(0.0, 2.0 * (j + 1)) for j in range(d(24))], wfg4, [2.2, 4.4],
                2.2 * 4.4 - 2 * math.pi),
    ]}


def golden(problem, draw):
    rows = []
    for _ in range(4):
        x = [draw.uniform(low, high) for low, high in problem.bounds]
        rows.append({"point": dict(zip(problem.names(), x)), "losses": list(problem.losses(x))})
    return {"name": problem.name, "values": rows}


if __name__ == "__main__":
    draw = random.Random(3)
    print(json.dumps({"origin": "deap %s (Debian 12): tests/bench/front_problems.py" % version("deap")})[:-1]
          + ',\n"functions": [\n'
          + ",\n".join(json.dumps(golden(problem, draw)) for problem in problems().values()) + "\n]}")
