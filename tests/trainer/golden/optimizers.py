"""Weights after some updates of torch.optim, for the same gradients as tests/trainer/optimizer_test.cpp.

Writes optimizers.json:  /usr/bin/python3 optimizers.py > optimizers.json
"""
import json
import sys

import torch

START = [0.5, -1.0, 2.0, 0.0]
STEPS = 5
RATES = [0.1, 0.05, 0.2, 0.01, 0.1]


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


optim = torch.optim
json.dump({
    "origin": f"optimizers.py with torch {torch.__version__}: /usr/bin/python3 optimizers.py",
    "start": START,
    "rates": RATES,
    "sgd": run(lambda w: optim.SGD(w, lr=0.1, momentum=0.8, weight_decay=0.05)),
    "adam": run(lambda w: optim.Adam(w, lr=0.1, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.05)),
    "adamw": run(lambda w: optim.AdamW(w, lr=0.1, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.05)),
}, sys.stdout, indent=1)
print()
