"""Learning rates of torch.optim.lr_scheduler, for tests/trainer/schedule_test.cpp.

Writes schedules.json:  /usr/bin/python3 schedules.py > schedules.json   (Debian's python3-torch)
"""
import json
import sys

import torch
from torch.optim import lr_scheduler

PEAK, STEPS = 0.2, 20


def optimizer():
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=PEAK)


def rates(make):
    sgd = optimizer()
    scheduler = make(sgd)
    found = []
    for _ in range(STEPS):
        found.append(sgd.param_groups[0]["lr"])
        sgd.step()
        scheduler.step()
    return found


LOSSES = [1.0, 0.9, 0.91, 0.92, 0.89999, 0.95, 0.8, 0.81, 0.82, 0.83, 0.84, 0.85, 0.86, 0.7]


def plateau():
    sgd = optimizer()
    scheduler = lr_scheduler.ReduceLROnPlateau(sgd, factor=0.5, patience=2, threshold=1e-3)
    found = []
    for loss in LOSSES:
        scheduler.step(loss)
        found.append(sgd.param_groups[0]["lr"])
    return found


golden = {
    "origin": f"schedules.py with torch {torch.__version__}: /usr/bin/python3 schedules.py",
    "peak": PEAK,
    "polynomial": rates(lambda o: lr_scheduler.PolynomialLR(o, total_iters=STEPS, power=2.5)),
    "step": rates(lambda o: lr_scheduler.StepLR(o, step_size=6, gamma=0.3)),
    "exponential": rates(lambda o: lr_scheduler.ExponentialLR(o, gamma=0.9)),
    "one_cycle": rates(lambda o: lr_scheduler.OneCycleLR(o, max_lr=PEAK, total_steps=STEPS + 1, pct_start=0.3)),
    "losses": LOSSES,
    "plateau": plateau(),
}
sys.stdout.write("{\n" + ",\n".join(f" {json.dumps(k)}: {json.dumps(v)}" for k, v in golden.items()) + "\n}\n")
