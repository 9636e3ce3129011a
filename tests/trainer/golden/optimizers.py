"""Weights after some updates of torch.optim, for the same gradients as tests/trainer/optimizer_test.cpp.

Writes optimizers.json:  /usr/bin/python3 optimizers.py > optimizers.json
Needs Debian's python3-torch. Lion is not in torch: it is written out here from Chen et al. 2023, algorithm 2.
"""
import json
import sys

import torch

START = [0.5, -1.0, 2.0, 0.0]
STEPS = 12
RATES = [0.1, 0.05, 0.2, 0.01, 0.1, 0.1, 0.02, 0.1, 0.03, 0.1, 0.1, 0.05]
BETAS, EPSILON, DECAY, MOMENTUM, HISTORY = (0.8, 0.95), 1e-6, 0.05, 0.8, 3


class Lion:
    def __init__(self, weights):
        self.weight = weights[0]
        self.param_groups = [{"lr": 0.0}]
        self.m = torch.zeros_like(self.weight)

    @torch.no_grad()
    def step(self):
        rate, gradient = self.param_groups[0]["lr"], self.weight.grad
        update = torch.sign(BETAS[0] * self.m + (1 - BETAS[0]) * gradient)
        self.weight -= rate * (update + DECAY * self.weight)
        self.m = BETAS[1] * self.m + (1 - BETAS[1]) * gradient


class Lbfgs:
    """One iteration a step, without line search; the decay as an L2 term, which torch's has not."""
    def __init__(self, weights):
        self.weight = weights[0]
        self.inner = torch.optim.LBFGS(weights, max_iter=1, history_size=HISTORY)
        self.param_groups = self.inner.param_groups

    def step(self):
        with torch.no_grad():
            self.weight.grad += DECAY * self.weight
        self.inner.step(lambda: 0.0)


def run(make):
    weight = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = make([weight])
    history = []
    for step in range(STEPS):
        optimizer.param_groups[0]["lr"] = RATES[step]
        weight.grad = weight.detach() * torch.tensor([1.0, 2.0, 3.0, 4.0], dtype=torch.float64) + (
            0.1 * (step + 1))
        optimizer.step()
        history.append([round(v, 9) for v in weight.tolist()])
    return history


def write_golden(golden):
    """A line a row of numbers."""
    lines = []
    for name, value in golden.items():
        if isinstance(value[0], list):
            text = "[\n" + ",\n".join("  " + json.dumps(row) for row in value) + "\n ]"
        else:
            text = json.dumps(value)
        lines.append(f" {json.dumps(name)}: {text}")
    sys.stdout.write("{\n" + ",\n".join(lines) + "\n}\n")


optim = torch.optim
COMMON = {"lr": 0.1, "weight_decay": DECAY}
ADAM = {**COMMON, "betas": BETAS, "eps": EPSILON}
write_golden({
    "origin": f"optimizers.py with torch {torch.__version__}: /usr/bin/python3 optimizers.py",
    "start": START,
    "rates": RATES,
    "sgd": run(lambda w: optim.SGD(w, momentum=MOMENTUM, **COMMON)),
    "nesterov": run(lambda w: optim.SGD(w, momentum=MOMENTUM, nesterov=True, **COMMON)),
    "adagrad": run(lambda w: optim.Adagrad(w, eps=EPSILON, **COMMON)),
    "adadelta": run(lambda w: optim.Adadelta(w, rho=BETAS[1], eps=EPSILON, **COMMON)),
    "rmsprop": run(lambda w: optim.RMSprop(w, alpha=BETAS[1], eps=EPSILON, **COMMON)),
    "adam": run(lambda w: optim.Adam(w, **ADAM)),
    "adamw": run(lambda w: optim.AdamW(w, **ADAM)),
    # foreach: the other form of torch 1.13 multiplies by the momentum of a step twice, unlike Dozat 2016, its own
    # manual and later versions.
    "nadam": run(lambda w: optim.NAdam(w, foreach=True, **ADAM)),
    "radam": run(lambda w: optim.RAdam(w, **ADAM)),
    "lion": run(Lion),
    "lbfgs": run(Lbfgs),
})
