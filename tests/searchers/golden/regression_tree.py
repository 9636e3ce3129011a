"""Trees of scikit-learn's DecisionTreeRegressor, as golden numbers for models/regression_tree.

Coordinates are multiples of 1/64, since scikit-learn keeps them as 32-bit numbers. It breaks ties
between axes at random: only data without ties are printed. Package: Debian 12's python3-sklearn
1.2.1+dfsg-1.

    /usr/bin/python3 tests/searchers/golden/regression_tree.py > tests/searchers/golden/regression_tree.json
"""

import json

import numpy
import sklearn
from sklearn.tree import DecisionTreeRegressor


def grown(x, y, least_split, least_leaf, state):
    tree = DecisionTreeRegressor(min_samples_split=least_split, min_samples_leaf=least_leaf,
                                 random_state=state)
    return tree.fit(x, y)


def case_of(seed, n, d, least_split, least_leaf):
    """None where some cut is one of two that are equally good."""
    rng = numpy.random.RandomState(seed)
    x = rng.randint(0, 65, (n, d)) / 64
    y = numpy.round(numpy.sin(6 * x[:, 0]) + x.sum(axis=1) + 0.3 * rng.standard_normal(n), 3)
    at = rng.randint(0, 129, (12, d)) / 128 + 1 / 256
    tree = grown(x, y, least_split, least_leaf, 0)
    if any(not numpy.array_equal(grown(x, y, least_split, least_leaf, state).predict(at),
                                 tree.predict(at)) for state in range(1, 30)):
        return None
    inner = tree.tree_.feature >= 0
    return {"least_split": least_split, "least_leaf": least_leaf, "x": x.tolist(), "y": y.tolist(),
            "cuts": sorted(zip(tree.tree_.feature[inner].tolist(),
                               tree.tree_.threshold[inner].tolist())),
            "at": at.tolist(), "predicted": tree.predict(at).tolist()}


def main():
    cases = []
    for form in [(12, 1, 2, 1), (30, 2, 8, 3), (60, 3, 12, 5), (80, 2, 20, 1)]:
        untied = (case_of(seed, *form) for seed in range(1000))
        cases.append(next(case for case in untied if case))
    origin = (f"scikit-learn {sklearn.__version__}, DecisionTreeRegressor; command: "
              "python3 regression_tree.py > regression_tree.json")
    lines = ",\n".join(json.dumps(case) for case in cases)
    print(f'{{"origin": {json.dumps(origin)},\n"cases": [\n{lines}\n]}}')


if __name__ == "__main__":
    main()
