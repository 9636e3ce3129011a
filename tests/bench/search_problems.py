"""The problems of searchers/problems/test_functions.cpp, written a second time and independently of it.

A peer written in Python is judged on the same problems as our methods, and the C++ functions are
tested against the numbers that this file computes:

    /usr/bin/python3 tests/bench/search_problems.py > tests/searchers/golden/test_functions.json
"""

import json
import math
import platform
import random


class Problem:
    """A loss with its parameters: (name, kind, arguments, condition), kinds as in `sampled`."""

    def __init__(self, name, parameters, loss, optimum):
        self.name, self.parameters, self.loss, self.optimum = name, parameters, loss, optimum


def box(name, low, high, dimension, f, optimum):
    parameters = [(f"x{j + 1}", "real", (low, high), None) for j in range(dimension)]
    return Problem(name, parameters, lambda p: f([p[f"x{j + 1}"] for j in range(dimension)]), optimum)


def off_centre(dimension, half_width):
    golden = (1 + math.sqrt(5)) / 2
    return [(-1) ** j * half_width * (0.2 + 0.4 * ((j + 1) / golden % 1)) for j in range(dimension)]


def branin(x):
    return ((x[1] - 5.1 / (4 * math.pi**2) * x[0] ** 2 + 5 / math.pi * x[0] - 6) ** 2
            + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x[0]) + 10)


HARTMANN_A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14],
              [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
HARTMANN_P = [[1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
              [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381]]


def hartmann6(x):
    return -sum(c * math.exp(-sum(a * (z - p / 1e4) ** 2 for a, p, z in zip(row_a, row_p, x)))
                for c, row_a, row_p in zip((1, 1.2, 3, 3.2), HARTMANN_A, HARTMANN_P))


def ackley(x):
    z = [a - b for a, b in zip(x, off_centre(len(x), 32.8))]
    return (-20 * math.exp(-0.2 * math.sqrt(sum(t * t for t in z) / len(z)))
            - math.exp(sum(math.cos(2 * math.pi * t) for t in z) / len(z)) + 20 + math.e)


def rosenbrock(x):
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))


def styblinski_tang(x):
    return sum(t**4 - 16 * t**2 + 5 * t for t in x) / 2


def rastrigin(x):
    z = [a - b for a, b in zip(x, off_centre(len(x), 5.12))]
    return sum(t * t + 10 - 10 * math.cos(2 * math.pi * t) for t in z)


def ellipsoid(x):
    z = [a - b for a, b in zip(x, off_centre(len(x), 5))]
    v = range(1, len(z) + 1)
    along = 2 * sum(a * b for a, b in zip(v, z)) / sum(a * a for a in v)
    z = [t - along * a for a, t in zip(v, z)]
    return sum(10 ** (6 * j / (len(z) - 1)) * t * t for j, t in enumerate(z))


def levy(x):
    w = [1 + (t - 1) / 4 for t in x]
    middle = sum((t - 1) ** 2 * (1 + 10 * math.sin(math.pi * t + 1) ** 2) for t in w[:-1])
    return (math.sin(math.pi * w[0]) ** 2 + middle
            + (w[-1] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[-1]) ** 2))


def griewank(x):
    z = [a - b for a, b in zip(x, off_centre(len(x), 600))]
    cosines = math.prod(math.cos(t / math.sqrt(j)) for j, t in enumerate(z, 1))
    return sum(t * t for t in z) / 4000 - cosines + 1


def michalewicz(x):
    return -sum(math.sin(t) * math.sin(j * t * t / math.pi) ** 20 for j, t in enumerate(x, 1))


TRAINING = [
    ("optimizer", "choice", ("rmsprop", "sgd", "adam"), None),
    ("learning_rate", "log", (1e-5, 1.0), None),
    ("momentum", "real", (0.0, 0.99), "sgd"),
    ("beta2", "reverse_log", (0.9, 0.9999), "adam"),
    ("layers", "int", (1, 8), None),
    ("width", "log_int", (16, 1024), None),
    ("dropout", "real", (0.0, 0.8), None),
    ("batch_norm", "choice", (False, True), None),
    ("activation", "choice", ("relu", "tanh", "gelu", "sigmoid"), None),
]


def training(p):
    loss = {"sgd": 0.15, "adam": 0.0, "rmsprop": 0.3}[p["optimizer"]]
    if p["optimizer"] == "sgd":
        loss += 2 * (p["momentum"] - 0.9) ** 2
    if p["optimizer"] == "adam":
        loss += 0.1 * math.log10((1 - p["beta2"]) / 0.003) ** 2
    rate = {"sgd": 0.1, "adam": 0.002, "rmsprop": 0.02}[p["optimizer"]] * math.sqrt(64 / p["width"])
    loss += 0.4 * math.log10(p["learning_rate"] / rate) ** 2
    loss += 0.05 * math.log2(p["width"] / 256) ** 2 + 0.04 * (p["layers"] - 5) ** 2
    loss += 1.5 * (p["dropout"] - 0.06 * p["layers"]) ** 2
    loss += 0 if p["batch_norm"] else 0.1 + 0.02 * p["layers"]
    return loss + {"gelu": 0, "relu": 0.05, "tanh": 0.2, "sigmoid": 0.2}[p["activation"]]


PROBLEMS = {problem.name: problem for problem in [
    Problem("branin", [("x1", "real", (-5.0, 10.0), None), ("x2", "real", (0.0, 15.0), None)],
            lambda p: branin([p["x1"], p["x2"]]), 5 / (4 * math.pi)),
    box("hartmann6", 0.0, 1.0, 6, hartmann6, -3.3223680114155148),
    box("ackley5", -32.8, 32.8, 5, ackley, 0),
    box("rosenbrock5", -5.0, 10.0, 5, rosenbrock, 0),
    box("rosenbrock10", -5.0, 10.0, 10, rosenbrock, 0),
    box("styblinski_tang6", -5.0, 5.0, 6, styblinski_tang, 6 * -39.1661657037714155),
    box("rastrigin10", -5.12, 5.12, 10, rastrigin, 0),
    box("ellipsoid10", -5.0, 5.0, 10, ellipsoid, 0),
    box("levy5", -10.0, 10.0, 5, levy, 0),
    box("griewank5", -600.0, 600.0, 5, griewank, 0),
    box("michalewicz5", 0.0, math.pi, 5, michalewicz, -4.687658179088145),
    Problem("conditional9", TRAINING, training, 0),
]}


def sampled(problem, draw):
    """A random point: `draw` is random.Random."""
    point = {}
    for name, kind, arguments, condition in problem.parameters:
        if condition is not None and point["optimizer"] != condition:
            continue
        if kind == "choice":
            point[name] = draw.choice(arguments)
            continue
        low, high = arguments
        if kind == "real":
            point[name] = draw.uniform(low, high)
        elif kind == "log":
            point[name] = min(high, max(low, low * (high / low) ** draw.random()))
        elif kind == "reverse_log":
            point[name] = 1 - (1 - low) * ((1 - high) / (1 - low)) ** draw.random()
        else:
            point[name] = draw.randint(low, high)
    return point


def main():
    cases = []
    for problem in PROBLEMS.values():
        draw = random.Random(20)
        points = [sampled(problem, draw) for _ in range(8)]
        cases.append({"name": problem.name, "optimum": problem.optimum,
                      "values": [{"point": p, "loss": problem.loss(p)} for p in points]})
    origin = f"Python {platform.python_version()}: tests/bench/search_problems.py"
    lines = ",\n".join(json.dumps(case) for case in cases)
    print(f'{{"origin": {json.dumps(origin)},\n"functions": [\n{lines}\n]}}')


if __name__ == "__main__":
    main()
