"""L2 logistic regression minimised by torch.optim.LBFGS in fp64, for logistic_regression_test.cpp.

Writes logistic_regression.json:  /usr/bin/python3 logistic_regression.py > logistic_regression.json
"""
import json
import math
import sys

import torch

X = torch.tensor([math.sin(1.3 * (i * i % 101)) for i in range(120)], dtype=torch.float64).view(40, 3)
Y = torch.tensor([row * row % 7 % 3 for row in range(40)])


def fit(penalty):
    weight = torch.zeros(3, 3, dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=2000, tolerance_grad=1e-12,
                                  tolerance_change=0, line_search_fn="strong_wolfe")

    def loss():
        cross_entropy = torch.nn.functional.cross_entropy(X @ weight.T + bias, Y, reduction="sum")
        return cross_entropy + 0.5 * penalty * (weight ** 2).sum()

    def closure():
        optimizer.zero_grad()
        value = loss()
        value.backward()
        return value

    optimizer.step(closure)
    return {"penalty": penalty, "objective": round(loss().item(), 10),
            "weight": [[round(v, 7) for v in row] for row in weight.tolist()]}


json.dump({
    "origin": f"logistic_regression.py with torch {torch.__version__}: "
              "/usr/bin/python3 logistic_regression.py",
    "fits": [fit(0.01), fit(1.0), fit(50.0)],
}, sys.stdout, indent=1)
print()
