#!/usr/bin/env python3
"""Golden numbers for Pareto tools and genetic operators, from DEAP and Optuna.

    /usr/bin/python3 tests/searchers/golden/pareto.py > tests/searchers/golden/pareto.json
"""
import json
import random
from importlib.metadata import version

import numpy
from deap import base, tools
from deap.tools import emo
from deap.tools._hypervolume import hv
from optuna._hypervolume import WFG


def individuals(losses):
    fitness = type("Fitness", (base.Fitness,), {"weights": (-1.0,) * len(losses[0])})
    made = []
    for index, each in enumerate(losses):
        individual = type("Individual", (list,), {})([index])
        individual.fitness = fitness(tuple(each))
        made.append(individual)
    return made


def layers(losses):
    population = individuals(losses)
    found = [0] * len(losses)
    for layer, front in enumerate(emo.sortNondominated(population, len(population))):
        for individual in front:
            found[individual[0]] = layer
    return found


def crowding(losses):
    population = individuals(losses)
    emo.assignCrowdingDist(population)  # divides by the number of objectives; ends are infinite
    distances = [each.fitness.crowding_dist * len(losses[0]) for each in population]
    return ["inf" if distance == float("inf") else distance for distance in distances]


def point_set(draw, count, objectives):
    # Few different numbers, so that ties and doubles occur.
    losses = [[round(draw.random(), 1) for _ in range(objectives)] for _ in range(count)]
    reference = [1.1] * objectives
    front = [each for each, layer in zip(losses, layers(losses)) if layer == 0]
    distinct = [list(each) for each in sorted(set(map(tuple, front)))]
    by_deap = hv.hypervolume([list(each) for each in losses], reference)
    by_optuna = WFG().compute(numpy.array(losses), numpy.array(reference))
    assert abs(by_deap - by_optuna) < 1e-12
    return {"losses": losses, "layers": layers(losses), "hypervolume": by_deap,
            "front": distinct, "crowding": crowding(distinct)}


def with_draws(draws, operation):
    """What `operation` returns when random.random() gives `draws`, one after another."""
    given = iter(draws)
    kept = random.random
    random.random = lambda: next(given)
    try:
        return operation()
    finally:
        random.random = kept


def children(a, b, eta, u):
    # 0.4: the pair is crossed; 0.9: the children are not exchanged.
    x, y = with_draws([0.4, u, 0.9], lambda: tools.cxSimulatedBinaryBounded([a], [b], eta, 0, 1))
    return {"a": a, "b": b, "eta": eta, "u": u, "low": x[0], "high": y[0]}


def mutant(x, eta, u):
    y, = with_draws([0.0, u], lambda: tools.mutPolynomialBounded([x], eta, 0, 1, 1.0))
    return {"x": x, "eta": eta, "u": u, "y": y[0]}


draw = random.Random(5)
golden = {
    "origin": "deap %s, python3-optuna %s (Debian 12): tests/searchers/golden/pareto.py"
              % (version("deap"), version("optuna")),
    "sets": [point_set(draw, count, objectives)
             for objectives in (2, 3, 4, 5) for count in (6, 30)],
    "children": [children(a, b, eta, u) for a, b in ((0.2, 0.7), (0, 0.05), (0.9, 1))
                 for eta in (2, 20) for u in (0.1, 0.5, 0.97)],
    "mutants": [mutant(x, eta, u) for x in (0, 0.3, 0.99) for eta in (5, 20)
                for u in (0.02, 0.4, 0.8)],
    "reference_points": [
        {"objectives": m, "divisions": p, "points": tools.uniform_reference_points(m, p).tolist()}
        for m, p in ((2, 4), (3, 3), (4, 2))],
}
lines = ["{" + json.dumps("origin") + ": " + json.dumps(golden.pop("origin"))]
for name, rows in golden.items():
    body = ",\n".join("  " + json.dumps(row) for row in rows)
    lines.append(json.dumps(name) + ": [\n" + body + "]")
print(",\n".join(lines) + "}")
