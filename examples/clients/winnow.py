"""What a Python program needs to be a trial of Winnow; no dependency.

    p = winnow.params(lr=0.1)           # this trial's, over defaults for runs by hand
    winnow.report(step=10, loss=1.5)    # or winnow.log({"loss": 1.5}), as wandb has it
    if winnow.should_stop(): ...        # write a checkpoint and sys.exit(75)

A script for wandb needs one changed line: `import winnow as wandb`.
"""
import json
import os

seed = int(os.environ.get("WINNOW_SEED", "0"))
checkpoint_dir = os.environ.get("WINNOW_CHECKPOINT_DIR", "checkpoints")
resume_from = os.environ.get("WINNOW_RESUME_FROM") or None  # a folder to go on from
max_steps = int(os.environ.get("WINNOW_MAX_STEPS") or 0) or None


class Config(dict):
    __getattr__ = dict.__getitem__


def params(**defaults):
    if path := os.environ.get("WINNOW_PARAMS_FILE"):
        with open(path, encoding="utf-8") as file:
            defaults.update(json.load(file))
    return Config(defaults)


def log(values, step=None):
    numbers = {name: float(value) for name, value in values.items()}
    _append({"type": "metric", **({} if step is None else {"step": step}), "values": numbers})


def report(step=None, **values):
    log(values, step)


def checkpoint(step, folder):  # complete, and in checkpoint_dir
    _append({"type": "checkpoint", "step": step, "path": os.path.basename(folder)})


def infeasible(reason):
    _append({"type": "infeasible", "reason": reason})


def should_stop():
    path = os.environ.get("WINNOW_CONTROL_FILE", "")
    return os.path.exists(path) and os.path.getsize(path) > 0


def init(config=None, **_labels):
    globals()["config"] = params(**(config or {}))  # wandb.config
    return type("Run", (), {"config": globals()["config"], "log": staticmethod(log)})


def _append(message):
    with open(os.environ.get("WINNOW_REPORT_FILE", "/dev/stdout"), "ab", 0) as file:
        file.write((json.dumps(message) + "\n").encode())  # one write: lines do not mix
