"""Divergences of models/ped_anova, worked out anew from its definition, as golden numbers.

Python 3.11, standard library only (statistics.NormalDist for the kernels).

    python3 tests/searchers/golden/importance.py > tests/searchers/golden/importance.json
"""

import json
import math
import random
from statistics import NormalDist, stdev

AXES = [(12, True), (50, True), (4, False), (7, True)]  # cells, ordered


def trials(seed, count):
    """The loss follows axis 0 strongly and axis 2 a little; axis 3 is active where axis 2 is 1."""
    draw = random.Random(seed)
    rows = []
    for _ in range(count):
        cells = [draw.randrange(size) for size, _ in AXES]
        loss = (cells[0] - 3) ** 2 / 10 + 0.8 * (cells[2] == 2) + round(draw.gauss(0, 0.5), 3)
        if cells[2] != 1:
            cells[3] = None
        rows.append((cells, loss))
    return rows


def bandwidth(seen):
    least = 0.5 / 1.64
    if len(seen) < 2:
        return least
    ranked, n = sorted(seen), len(seen)
    between = ranked[3 * (n - 1) // 4] - ranked[(n - 1) // 4]
    return max(least, 1.059 * min(stdev(seen), between / 1.34) * n ** -0.2)


def density(axis, seen, prior):
    size, ordered = axis
    total = list(prior)
    for value in seen:
        if not ordered:
            total[value] += 1
            continue
        around = NormalDist(value, bandwidth(seen))
        whole = around.cdf(size - 0.5) - around.cdf(-0.5)
        for cell in range(size):
            total[cell] += (around.cdf(cell + 0.5) - around.cdf(cell - 0.5)) / whole
    return [mass / (len(seen) + 1) for mass in total]


def densities(k, rows, border):
    values = [(cells[k], loss <= border) for cells, loss in rows if cells[k] is not None]
    everywhere = density(AXES[k], [cell for cell, _ in values], [1 / AXES[k][0]] * AXES[k][0])
    return everywhere, density(AXES[k], [cell for cell, best in values if best], everywhere)


def analysis(rows):
    border = sorted(loss for _, loss in rows)[max(5, math.ceil(len(rows) / 10)) - 1]
    divergences = []
    for k in range(len(AXES)):
        everywhere, best = densities(k, rows, border)
        divergences.append(sum(q * (p / q - 1) ** 2 for p, q in zip(best, everywhere)))
    ratios = []
    for t, (cells, _) in enumerate(rows):
        others = [row for s, row in enumerate(rows) if s % 5 != t % 5]
        ratio = 0.0
        for k in range(len(AXES)):
            if cells[k] is None:
                continue
            everywhere, best = densities(k, others, border)
            ratio += math.log(best[cells[k]] / everywhere[cells[k]])
        ratios.append(ratio)
    pairs = [(ratios[i], ratios[j]) for i, (_, a) in enumerate(rows) if a <= border
             for j, (_, b) in enumerate(rows) if b > border]
    return {
        "divergence": divergences,
        "best": sum(loss <= border for _, loss in rows),
        "auc": sum((a > b) + 0.5 * (a == b) for a, b in pairs) / len(pairs),
    }


def main():
    sets = []
    for seed, count in [(1, 20), (2, 60), (3, 137)]:
        rows = trials(seed, count)
        sets.append({"cells": [[-1 if c is None else c for c in cells] for cells, _ in rows],
                     "losses": [loss for _, loss in rows], **analysis(rows)})
    print(json.dumps({"origin": "tests/searchers/golden/importance.py, Python 3.11",
                      "axes": AXES, "sets": sets}))


main()
